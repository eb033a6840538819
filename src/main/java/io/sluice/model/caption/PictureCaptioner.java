package io.sluice.model.caption;

import io.sluice.image.Image;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionRequest;
import io.sluice.model.Contract;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.PictureInput;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.model.token.Tokenizer;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * Captioners of two networks: one sees the picture, the other writes about it. The encoder: float32 [1,3,height,width] to float32
 * [1,places,size]; the decoder: {@link DecoderNetwork}. Pictures are encoded one by one.
 *
 * <p>The request's prompt is how the sentence begins, and part of it; the manifest's prompt is not. Both kinds know one way of
 * captioning, whatever detail is asked for.
 */
public final class PictureCaptioner implements Model<CaptionRequest, CaptionAnswer> {
    private static final String ENCODER = "encoder";
    private static final String DECODER = "decoder";
    private static final List<String> FILES = List.of(ENCODER, DECODER, TextSettings.TOKENIZER);

    /**
     * BLIP: starts with [DEC], the token behind BERT's vocabulary, and stops with [SEP]. Some exports were made to start with [CLS],
     * 101; their manifests say so.
     */
    public static final ModelKind<CaptionRequest, CaptionAnswer> BLIP = new ModelKind<>(
            "blip",
            Role.CAPTION,
            FILES,
            manifest -> Settings.read(manifest, TextSettings.usual(List.of(30522L), Set.of(102L), List.of(), 1, 30)));

    /** A vision transformer with GPT-2 as the decoder: starts and stops with {@code <|endoftext|>}. */
    public static final ModelKind<CaptionRequest, CaptionAnswer> VIT_GPT2 = new ModelKind<>(
            "vit-gpt2",
            Role.CAPTION,
            FILES,
            manifest -> Settings.read(manifest, TextSettings.usual(List.of(50256L), Set.of(50256L), List.of(), 1, 24)));

    private final OpenModel model;
    private final TextSettings settings;
    private final Contract contract;
    private final PictureInput input;
    private final String states;
    private final DecoderNetwork decoder;
    private final Tokenizer tokenizer;

    record Settings(PictureFormat input, TextSettings text) implements ModelSettings<CaptionRequest, CaptionAnswer> {
        static Settings read(ManifestSection manifest, TextSettings usual) {
            PictureFormat input =
                    PictureFormat.read(manifest, Resize.STRETCH, Resize.LETTERBOX_TOP_LEFT, Resize.LETTERBOX_CENTRE);
            return new Settings(input, TextSettings.read(manifest, usual));
        }

        @Override
        public Model<CaptionRequest, CaptionAnswer> open(OpenModel model) {
            return new PictureCaptioner(this, model);
        }
    }

    private PictureCaptioner(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings.text();
        ModelSession encoder = model.session(ENCODER);
        this.contract = new Contract(model.kind(), encoder);
        PictureFormat format = settings.input();
        this.input = new PictureInput(encoder, contract.input(1, 3, format.height(), format.width()), format);
        long any = TensorSpec.SYMBOLIC;
        this.states = contract.outputAmong(ElementType.FLOAT32, any, any, any);
        this.decoder = new DecoderNetwork(model.kind(), model.session(DECODER), Optional.empty());
        this.tokenizer = settings.text().tokenizer(model);
    }

    @Override
    public List<CaptionAnswer> infer(List<CaptionRequest> requests) {
        return Batches.answer(requests, settings.batch(), this::answer);
    }

    private List<CaptionAnswer> answer(List<CaptionRequest> batch, BooleanSupplier late) {
        List<Tensor> seen = batch.stream().map(request -> see(request.image())).toList();
        List<long[]> said = batch.stream()
                .map(request -> request.prompt().isBlank()
                        ? new long[0]
                        : tokenizer.plainIds(request.prompt().strip()))
                .toList();
        List<long[]> prompts = new ArrayList<>();
        for (long[] own : said) {
            LongStream start = settings.start().stream().mapToLong(Long::longValue);
            long[] trained =
                    own.length > 0 || settings.prompt().isEmpty() ? own : tokenizer.plainIds(settings.prompt());
            prompts.add(LongStream.concat(start, LongStream.of(trained)).toArray());
        }
        int beams = batch.get(0).beams() == 0
                ? settings.writing().beams()
                : batch.get(0).beams();
        List<Written> written = Generation.write(
                settings.writing().withBeams(beams),
                prompts,
                items -> decoder.begin(items.stream().map(seen::get).toList()),
                late);
        List<CaptionAnswer> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Written one = written.get(i);
            String text = one.tokens().length == 0
                    ? ""
                    : tokenizer.text(LongStream.concat(LongStream.of(said.get(i)), LongStream.of(one.tokens()))
                            .toArray());
            answers.add(new CaptionAnswer(text.strip(), List.of(), one.end()));
        }
        return answers;
    }

    private Tensor see(Image image) {
        return input.run(image, (out, letterbox) -> {
            long[] shape = Objects.requireNonNull(out.get(states), states).shape();
            return contract.answer(out, states, 1, shape[1], shape[2]);
        });
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
