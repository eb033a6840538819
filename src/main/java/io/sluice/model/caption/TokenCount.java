package io.sluice.model.caption;

import io.sluice.model.Model;
import io.sluice.model.ModelFile;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Role;
import io.sluice.model.token.Tokenizer;
import java.util.List;

/** Counts tokens with the {@code tokenizer.json} of the text model that is trained; those around each text do not count. */
public final class TokenCount implements Model<String, Integer> {
    public static final ModelKind<String, Integer> KIND =
            ModelKind.of("tokenizer", Role.TOKEN_COUNT, manifest -> new Settings());

    private final OpenModel model;
    private final Tokenizer tokenizer;

    record Settings() implements ModelSettings<String, Integer> {
        @Override
        public Model<String, Integer> open(OpenModel model) {
            return new TokenCount(model);
        }
    }

    private TokenCount(OpenModel model) {
        this.model = model;
        this.tokenizer = Tokenizer.json(model.file(ModelFile.MODEL));
    }

    @Override
    public List<Integer> infer(List<String> texts) {
        return texts.stream().map(text -> tokenizer.plainIds(text).length).toList();
    }

    @Override
    public String id() {
        return model.id();
    }

    @Override
    public String sha256() {
        return model.sha256();
    }
}
