package io.sluice.stage.caption;

import io.sluice.frame.Caption;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionRequest;
import io.sluice.model.CaptionRequest.Detail;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Recipe.CaptionMode;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Captions a frame with the trigger and a description: a captioner's sentence where there is one, else the detected names.
 *
 * <p>Frames that show the surroundings without the target go without the trigger, or the trainer would learn the one for the
 * other. Where nothing is left to say, the concept's words stand, or the dataset's name. Tokens are counted by the model with the
 * role token-count; without one each word counts {@value #TOKENS_PER_WORD}. Where the captioner could not make a caption the names
 * stand with a reason. Pictures are captioned one by one: captioners are slow, and a batch is as slow as its slowest. No caption is
 * rejected. A caption that a person edited lies in the dataset's folder, whose writer keeps it.
 */
@ApplicationScoped
@Named("caption")
public class CaptionStage implements Stage {
    /** Changes whenever the same frame and recipe would give another caption. */
    private static final String VERSION = "2";

    /** CLIP's tokenizer makes 1.2 to 1.4 tokens of an English word with its punctuation. */
    private static final double TOKENS_PER_WORD = 1.4;

    private final FrameImages images;
    private final Models models;

    public CaptionStage(FrameImages images, Models models) {
        this.images = images;
        this.models = models;
    }

    @Override
    public StageName name() {
        return StageName.CAPTION;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        boolean asked = isAsked(recipe);
        String method = recipe.caption().method();
        Optional<ModelManifest> captioner = asked ? models.manifest(Role.CAPTION, method) : Optional.empty();
        return Fingerprint.of(
                name().word(),
                VERSION,
                captioner
                        .flatMap(manifest -> models.sha256(Role.CAPTION, method))
                        .orElse(Wording.NAMES),
                captioner.map(ModelManifest::fingerprint).orElse(Wording.NAMES),
                models.sha256(Role.TOKEN_COUNT).orElse(Wording.NAMES),
                // What only a captioner hears does not change names.
                captioner.isPresent()
                        ? List.of(
                                recipe.caption().prompt(),
                                recipe.caption().detail(),
                                recipe.caption().beams(),
                                recipe.caption().maxSeconds())
                        : List.of(),
                recipe.caption().forbidden(),
                recipe.caption().trigger(),
                recipe.caption().mode(),
                recipe.caption().maxTokens(),
                recipe.detect().target(),
                recipe.detect().subject(),
                recipe.detect().minConfidence(),
                recipe.detect().minArea(),
                recipe.detect().like().isEmpty()
                        ? List.of()
                        : List.of(recipe.detect().minLikeness(), recipe.detect().minResemblance()),
                recipe.inpaint().objects(),
                recipe.export().concept(),
                recipe.dataset());
    }

    @Override
    public Set<StageName> buildsOn() {
        return Set.of(StageName.DETECT, StageName.INPAINT);
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        String method = recipe.caption().method();
        Optional<ModelManifest> captioner = isAsked(recipe) ? models.manifest(Role.CAPTION, method) : Optional.empty();
        return List.of(captioner
                .map(manifest -> ModelUse.of(
                        name().word(),
                        manifest.id(),
                        models.sha256(Role.CAPTION, method).orElseThrow(),
                        models.loaded()))
                .orElseGet(() -> new ModelUse(name().word(), Wording.NAMES, VERSION, "cpu")));
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        Optional<Model<CaptionRequest, CaptionAnswer>> captioner =
                isAsked(recipe) ? models.model(Role.CAPTION, recipe.caption().method()) : Optional.empty();
        Wording wording = new Wording(recipe, tokens());
        return FrameByFrame.measure(
                frames, frame -> new Measured(frame.id(), caption(wording, captioner, recipe, frame)));
    }

    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        return Optional.empty();
    }

    private Caption caption(
            Wording wording, Optional<Model<CaptionRequest, CaptionAnswer>> captioner, Recipe recipe, Frame frame) {
        if (captioner.isEmpty() || wording.isTriggerAlone(frame)) {
            return wording.caption(frame, Wording.NAMES, Optional.empty());
        }
        CaptionRequest request = new CaptionRequest(
                images.read(frame.image()),
                Detail.valueOf(recipe.caption().detail().name()),
                recipe.caption().prompt(),
                recipe.caption().beams().orElse(0),
                Duration.ofSeconds(recipe.caption().maxSeconds()));
        CaptionAnswer answer = captioner.get().infer(List.of(request)).get(0);
        return wording.caption(frame, captioner.get().id(), Optional.of(answer));
    }

    private ToDoubleFunction<String> tokens() {
        Optional<Model<String, Integer>> counter = models.model(Role.TOKEN_COUNT);
        if (counter.isPresent()) {
            return text -> counter.get().infer(List.of(text)).get(0);
        }
        return text -> text.isEmpty() ? 0 : text.split(" ").length * TOKENS_PER_WORD;
    }

    /** Whether a picture may be looked at: names need none, nor does a trigger that stands alone under any picture. */
    private static boolean isAsked(Recipe recipe) {
        boolean always = recipe.caption().mode() == CaptionMode.REPLACE
                && !Sentence.line(recipe.caption().trigger()).isEmpty()
                && recipe.detect().target().isEmpty();
        return !recipe.caption().method().equals(Wording.NAMES) && !always;
    }
}
