package io.sluice.model.caption;

import io.sluice.frame.Box;
import io.sluice.image.Image;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionAnswer.Region;
import io.sluice.model.CaptionRequest;
import io.sluice.model.CaptionRequest.Detail;
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
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.ScalarCorrection;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Florence-2, which is asked in words. Four networks:
 *
 * <ul>
 *   <li>{@code vision}: {@code pixel_values} float32 [1,3,height,width] to float32 [1,places,size]
 *   <li>{@code embed}: {@code input_ids} int64 [rows,length] to {@code inputs_embeds} float32 [rows,length,size]
 *   <li>{@code encoder}: {@code inputs_embeds} float32 [1,places + length,size], picture before question, and
 *       {@code attention_mask} int64 [1,places + length] to float32 [1,places + length,size]
 *   <li>{@code decoder}: {@link DecoderNetwork} with {@code inputs_embeds}
 * </ul>
 *
 * A request's prompt takes the place of the question. Pictures are encoded one by one.
 */
public final class Florence2Captioner implements Model<CaptionRequest, CaptionAnswer> {
    private static final String VISION = "vision";
    private static final String EMBED = "embed";
    private static final String ENCODER = "encoder";
    private static final String DECODER = "decoder";

    /** Starts with {@code </s>}, has to say {@code <s>} first, stops with {@code </s>}; three beams are its makers' number. */
    public static final ModelKind<CaptionRequest, CaptionAnswer> KIND = new ModelKind<>(
            "florence-2",
            Role.CAPTION,
            List.of(VISION, EMBED, ENCODER, DECODER, TextSettings.TOKENIZER),
            manifest -> Settings.read(manifest, TextSettings.usual(List.of(2L), Set.of(2L), List.of(0L), 3, 256)));

    /** The questions that the model was trained with, from processing_florence2.py beside its weights. */
    private static final Map<Detail, String> QUESTIONS = Map.of(
            Detail.SHORT, "What does the image describe?",
            Detail.DETAILED, "Describe in detail what is shown in the image.",
            Detail.VERY_DETAILED, "Describe with a paragraph what is shown in the image.",
            Detail.REGIONS, "Locate the objects in the image, with their descriptions.",
            Detail.TEXT, "What is the text in the image?");

    /** Stages of the vision network, of which each has half as many places a side as the one before. */
    private static final int STAGES = 4;
    /** Pixels a side of what the first stage takes for one place. */
    private static final int PATCH = 4;
    /** Pixels a side of the picture that public exports were traced with. */
    private static final int TRACED_SIDE = 224;

    /** Each side of a picture is cut into this many places. */
    private static final int PLACES = 1000;

    private static final Pattern REGION =
            Pattern.compile("([^<>]*)((?:<loc_\\d{1,3}><loc_\\d{1,3}><loc_\\d{1,3}><loc_\\d{1,3}>)+)");
    private static final Pattern PLACE = Pattern.compile("<loc_(\\d{1,3})>");
    private static final Pattern TAG = Pattern.compile("<[^<>\\s]*>");
    private static final Pattern END = Pattern.compile("</?s>|<pad>");

    private final OpenModel model;
    private final TextSettings settings;
    private final PictureInput input;
    private final Contract contract;
    private final String seen;
    private final ModelSession embed;
    private final ModelSession encoder;
    private final DecoderNetwork decoder;
    private final Tokenizer tokenizer;

    record Settings(PictureFormat input, TextSettings text) implements ModelSettings<CaptionRequest, CaptionAnswer> {
        static Settings read(ManifestSection manifest, TextSettings usual) {
            return new Settings(PictureFormat.read(manifest, Resize.STRETCH), TextSettings.read(manifest, usual));
        }

        @Override
        public Model<CaptionRequest, CaptionAnswer> open(OpenModel model) {
            return new Florence2Captioner(this, model);
        }
    }

    private Florence2Captioner(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings.text();
        PictureFormat format = settings.input();
        ModelSession vision = model.session(VISION, channelAttention(format.width()));
        this.contract = new Contract(model.kind(), vision);
        this.input = new PictureInput(vision, contract.input(1, 3, format.height(), format.width()), format);
        long any = TensorSpec.SYMBOLIC;
        this.seen = contract.outputAmong(ElementType.FLOAT32, any, any, any);
        this.embed = model.session(EMBED);
        new Contract(model.kind(), embed).input("input_ids", ElementType.INT64, any, any);
        this.encoder = model.session(ENCODER);
        Contract ofEncoder = new Contract(model.kind(), encoder);
        ofEncoder.input("inputs_embeds", ElementType.FLOAT32, any, any, any);
        ofEncoder.input("attention_mask", ElementType.INT64, any, any);
        ofEncoder.inputs(2);
        this.decoder = new DecoderNetwork(model.kind(), model.session(DECODER), Optional.of(this::embed));
        this.tokenizer = settings.text().tokenizer(model);
    }

    /**
     * Channel attention divides by the square root of the number of places that a stage sees. The public exports were traced with
     * pictures of 224 pixels and keep that number as it was then, which is too small for the pictures that they are given.
     *
     * @param side of the pictures that the network is given, in pixels
     */
    static List<ScalarCorrection> channelAttention(int side) {
        List<ScalarCorrection> corrections = new ArrayList<>();
        for (int stage = 0; stage < STAGES; stage++) {
            float shrunk = 1 << stage;
            corrections.add(new ScalarCorrection(
                    Pattern.compile("/blocks\\." + stage + "/blocks\\." + stage
                            + "\\.\\d+/channel_block/channel_attn/fn/Constant_6_output_0"),
                    shrunk * PATCH / TRACED_SIDE,
                    shrunk * PATCH / side));
        }
        return corrections;
    }

    @Override
    public List<CaptionAnswer> infer(List<CaptionRequest> requests) {
        return Batches.answer(requests, settings.batch(), this::answer);
    }

    private List<CaptionAnswer> answer(List<CaptionRequest> batch, BooleanSupplier late) {
        List<Tensor> read = batch.stream().map(this::read).toList();
        long[] start = settings.start().stream().mapToLong(Long::longValue).toArray();
        int beams = batch.get(0).beams() == 0
                ? settings.writing().beams()
                : batch.get(0).beams();
        // Questions differ in length, and what the encoder made of them as well: those of one length are written
        // together.
        Map<Long, List<Integer>> byPlaces = new TreeMap<>();
        for (int i = 0; i < batch.size(); i++) {
            byPlaces.computeIfAbsent(read.get(i).shape()[1], places -> new ArrayList<>())
                    .add(i);
        }
        CaptionAnswer[] answers = new CaptionAnswer[batch.size()];
        for (List<Integer> group : byPlaces.values()) {
            List<Written> written = Generation.write(
                    settings.writing().withBeams(beams),
                    group.stream().map(item -> start).toList(),
                    items -> decoder.begin(items.stream()
                            .map(item -> read.get(group.get(item)))
                            .toList()),
                    late);
            for (int i = 0; i < group.size(); i++) {
                answers[group.get(i)] = answer(batch.get(group.get(i)), written.get(i));
            }
        }
        return List.of(answers);
    }

    private CaptionAnswer answer(CaptionRequest request, Written written) {
        if (request.detail() == Detail.REGIONS) {
            List<Region> regions = regions(
                    tokenizer.textWithSpecial(written.tokens()),
                    request.image().width(),
                    request.image().height());
            String text = regions.stream().map(Region::text).distinct().collect(Collectors.joining(", "));
            return new CaptionAnswer(text, regions, written.end());
        }
        String text = TAG.matcher(tokenizer.text(written.tokens())).replaceAll("");
        return new CaptionAnswer(text.strip(), List.of(), written.end());
    }

    /** What the encoder makes of picture and question. */
    private Tensor read(CaptionRequest request) {
        String question = request.prompt().isBlank()
                ? String.valueOf(QUESTIONS.get(request.detail()))
                : request.prompt().strip();
        long[] ids = tokenizer.ids(question);
        Tensor tokens = Tensor.longs(1, ids.length);
        tokens.longs().put(0, ids);
        Tensor words = embed(tokens);
        Tensor picture = see(request.image());
        if (words.shape()[2] != picture.shape()[2]) {
            throw new ModelException("model '" + embed.file() + "' is not of kind " + model.kind()
                    + ": words come out as " + words + ", and the picture as " + picture);
        }
        int places = (int) (picture.shape()[1] + words.shape()[1]);
        Tensor both = Tensor.floats(1, places, words.shape()[2]);
        both.floats().put(0, picture.floats(), 0, picture.size());
        both.floats().put(picture.size(), words.floats(), 0, words.size());
        Map<String, Tensor> in = Map.of("inputs_embeds", both, "attention_mask", DecoderNetwork.ones(1, places));
        return encoder.run(in, out -> only(encoder, out, 1, places));
    }

    private Tensor embed(Tensor ids) {
        return embed.run(Map.of("input_ids", ids), out -> only(embed, out, ids.shape()[0], ids.shape()[1]));
    }

    private Tensor see(Image image) {
        return input.run(image, (out, letterbox) -> {
            long[] shape = Objects.requireNonNull(out.get(seen), seen).shape();
            return contract.answer(out, seen, 1, shape[1], shape[2]);
        });
    }

    private Tensor only(ModelSession session, Map<String, Tensor> out, long rows, long length) {
        String name = session.outputs().get(0).name();
        Tensor answer = Objects.requireNonNull(out.get(name), name);
        long[] shape = answer.shape();
        long size = shape.length == 3 ? shape[2] : TensorSpec.SYMBOLIC;
        return new Contract(model.kind(), session).answer(out, name, rows, length, size);
    }

    /**
     * @param text descriptions, each with one or more places behind it: left, top, right and bottom in thousandths of the picture
     * @return a region for each place, in pixels of the original picture
     */
    static List<Region> regions(String text, int width, int height) {
        List<Region> regions = new ArrayList<>();
        Matcher matcher = REGION.matcher(END.matcher(text).replaceAll(""));
        while (matcher.find()) {
            String words = matcher.group(1).strip();
            List<Double> places = new ArrayList<>();
            Matcher place = PLACE.matcher(matcher.group(2));
            while (place.find()) {
                // The middle of a place, as the model's own processor has it.
                places.add((Integer.parseInt(place.group(1)) + 0.5) / PLACES);
            }
            for (int i = 0; i + 3 < places.size() && !words.isEmpty(); i += 4) {
                regions.add(new Region(
                        words,
                        new Box(
                                places.get(i) * width,
                                places.get(i + 1) * height,
                                places.get(i + 2) * width,
                                places.get(i + 3) * height)));
            }
        }
        return regions;
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
