package io.sluice.model.text;

import io.sluice.frame.Annotation;
import io.sluice.image.Image;
import io.sluice.image.Straightening;
import io.sluice.model.Contract;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.PictureInput;
import io.sluice.model.ReadLine;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.model.WrittenLines;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Readers of one line of text by connectionist temporal classification (CTC), as PP-OCR has them. Input float32
 * [1,3,height,width], the line straightened and as high as the input; output float32 [1,steps,characters], probabilities: first
 * the blank that stands between characters, then the characters in the order of the model's list, and in some models a space at
 * the end. Lines run one by one: they differ in length.
 */
public final class CtcTextReader implements Model<WrittenLines, List<ReadLine>> {
    /** PP-OCR's recognisers. */
    public static final ModelKind<WrittenLines, List<ReadLine>> KIND =
            ModelKind.of("ctc-text", Role.TEXT_READ, Settings::read);

    /** PP-OCR's default below which a line counts as not read. */
    private static final double MIN_SCORE = 0.5;

    /** Where RapidOCR's exports keep the list of characters, one a line. */
    private static final String OWN_CHARACTERS = "character";

    private static final int BLANK = 0;

    private final OpenModel model;
    private final Settings settings;
    private final Contract contract;
    private final PictureInput input;
    private final String output;
    private final List<String> characters;

    /**
     * What manifests say of it.
     *
     * @param characters in the model's order; empty where the model has its own list
     * @param minScore lines of a lower score are not read
     */
    record Settings(PictureFormat input, List<String> characters, double minScore)
            implements ModelSettings<WrittenLines, List<ReadLine>> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.FIT_HEIGHT);
            ManifestSection section = manifest.section("output");
            List<String> characters = section.optionalText("characters", Pattern.compile("\\S.*"), "a file name")
                    .map(name -> lines(manifest, section.file("characters", name)))
                    .orElse(List.of());
            Settings settings = new Settings(input, characters, section.number("minScore", MIN_SCORE, 0, 1, false));
            section.close();
            return settings;
        }

        private static List<String> lines(ManifestSection manifest, Path file) {
            try {
                return List.copyOf(Files.readAllLines(file));
            } catch (IOException e) {
                throw new ModelException(
                        "manifest '" + manifest.source() + "': output.characters: file '" + file + "' cannot be read: "
                                + e,
                        e);
            }
        }

        @Override
        public Model<WrittenLines, List<ReadLine>> open(OpenModel model) {
            return new CtcTextReader(this, model);
        }
    }

    /** @throws ModelException if the session's tensors are others than those above, or the list of characters does not fit */
    private CtcTextReader(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        long any = TensorSpec.SYMBOLIC;
        this.input =
                new PictureInput(session, contract.input(1, 3, settings.input().height(), any), settings.input());
        this.output = contract.output(1, any, any);
        this.characters = settings.characters().isEmpty()
                ? session.metadata(OWN_CHARACTERS)
                        .map(list -> List.of(list.split("\\r?\\n")))
                        .orElseThrow(() -> new ModelException("manifest '" + model.source()
                                + "': key 'output.characters' is missing, and the model has no list of characters of its"
                                + " own; allowed: the name of a text file with a character in each line"))
                : settings.characters();
        long classes = session.outputs().get(0).shape().get(2);
        if (classes != any) {
            requireClasses(classes);
        }
    }

    /** A blank, the characters, and in some models a space. */
    private void requireClasses(long classes) {
        int listed = characters.size();
        if (classes != listed + 1 && classes != listed + 2) {
            throw new ModelException("manifest '" + model.source() + "': output.characters: a list of " + listed
                    + " characters does not fit a model of " + classes + " classes; expected: " + (classes - 2)
                    + " characters and a space that is not in the list, or " + (classes - 1) + " characters");
        }
    }

    @Override
    public List<List<ReadLine>> infer(List<WrittenLines> batch) {
        return batch.stream()
                .map(lines -> lines.regions().stream()
                        .map(region -> read(lines.image(), region))
                        .toList())
                .toList();
    }

    private ReadLine read(Image image, TextRegion region) {
        Image line = Straightening.of(image, region.corners());
        ReadLine read = input.run(line, (out, letterbox) -> {
            Tensor steps = contract.answer(out, output, 1, TensorSpec.SYMBOLIC, TensorSpec.SYMBOLIC);
            int classes = (int) steps.shape()[2];
            requireClasses(classes);
            return decode(steps.floats(), (int) steps.shape()[1], classes, characters);
        });
        return read.score() < settings.minScore() ? new ReadLine("", 0) : read;
    }

    /**
     * The most probable class of each step; one that goes on over several steps counts once, unless a blank is between.
     *
     * @param probabilities {@code steps} rows of {@code classes}
     */
    static ReadLine decode(FloatBuffer probabilities, int steps, int classes, List<String> characters) {
        StringBuilder text = new StringBuilder();
        double sum = 0;
        int count = 0;
        int before = BLANK;
        for (int step = 0; step < steps; step++) {
            int best = BLANK;
            for (int label = 1; label < classes; label++) {
                if (probabilities.get(step * classes + label) > probabilities.get(step * classes + best)) {
                    best = label;
                }
            }
            if (best != BLANK && best != before) {
                text.append(best <= characters.size() ? characters.get(best - 1) : " ");
                sum += probabilities.get(step * classes + best);
                count++;
            }
            before = best;
        }
        return new ReadLine(text.toString(), count == 0 ? 0 : Annotation.round(sum / count));
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
