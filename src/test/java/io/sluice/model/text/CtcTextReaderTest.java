package io.sluice.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.Assets;
import io.sluice.image.Image;
import io.sluice.image.Photos;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.ReadLine;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.model.WrittenLines;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CtcTextReaderTest {
    /** Blue, blue, black, blue, green, white, red: a over two cells, a blank, a again, b, a space, c. */
    private static final int[] WORD = {0xff0000, 0xff0000, 0, 0xff0000, 0x00ff00, 0xffffff, 0x0000ff};

    /** Side of a cell in the picture; in the network's input it is 8. */
    private static final int CELL = 24;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 20, -35})
    void a_line_is_straightened_and_read_whatever_its_slant(int degrees) throws IOException {
        List<Double> corners = corners(degrees);

        assertThat(read("tiny-ctc", painted(corners), corners)).satisfies(line -> {
            assertThat(line.text()).isEqualTo("aab c");
            assertThat(line.score()).isGreaterThan(0.95);
        });
    }

    @Test
    void a_line_that_runs_downwards_begins_at_its_top() throws IOException {
        // The corners of an upright region; what is painted begins at its top, with the letters' tops to the right.
        List<Double> corners = List.of(120.0, 16.0, 144.0, 16.0, 144.0, 184.0, 120.0, 184.0);
        List<Double> turned = List.of(144.0, 16.0, 144.0, 184.0, 120.0, 184.0, 120.0, 16.0);

        assertThat(read("tiny-ctc", painted(turned), corners).text()).isEqualTo("aab c");
    }

    @Test
    void a_model_may_have_its_list_of_characters_with_it() throws IOException {
        List<Double> corners = corners(0);

        assertThat(read("tiny-ctc-own", painted(corners), corners).text()).isEqualTo("aab c");
    }

    @Test
    void what_is_not_sure_is_not_read() throws IOException {
        // Cyan is as near to a as to b.
        Image cyan = new Image(200, 200, new byte[3 * 200 * 200]);
        for (int i = 0; i < cyan.bgr().length; i++) {
            cyan.bgr()[i] = (byte) (i % 3 == 2 ? 0 : 255);
        }

        assertThat(read("tiny-ctc", cyan, corners(0))).isEqualTo(new ReadLine("", 0));
    }

    @Test
    void a_list_that_does_not_fit_the_model_is_refused() throws IOException {
        ModelFiles.putTiny(folder, "tiny-ctc");
        Files.write(folder.resolve("abc.txt"), List.of("a", "b"));
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.TEXT_READ))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("a list of 2 characters does not fit a model of 5 classes; expected: 3");
        }
        ModelFiles.putTiny(folder, "tiny-ctc", "output:\n  characters: abc.txt\n", "");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.TEXT_READ))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("key 'output.characters' is missing");
        }
    }

    @Test
    void a_character_counts_once_until_a_blank_or_another_one() {
        List<String> letters = List.of("x", "y");
        // Most probable: x x - x y y: x, x, y. Their scores: 0.9, 0.7, 0.8, at the step where each begins.
        float[] p = {.1f, .9f, 0, .4f, .6f, 0, .8f, .1f, .1f, .2f, .7f, .1f, .1f, .1f, .8f, .3f, .1f, .6f};

        assertThat(CtcTextReader.decode(FloatBuffer.wrap(p), 6, 3, letters)).isEqualTo(new ReadLine("xxy", 0.8));
        assertThat(CtcTextReader.decode(FloatBuffer.wrap(new float[] {1, 0, 0}), 1, 3, letters))
                .isEqualTo(new ReadLine("", 0));
    }

    /** Words as a person reads them in the pictures; "ELDENRING" and the last line of en.jpg with the scores of the reference. */
    @Test
    void real_text_is_found_and_read() throws IOException {
        ModelFiles.put(folder, "pp-ocrv3-det", "textdet/ch_PP-OCRv3_det_infer.onnx");
        ModelFiles.put(folder, "en-number-rec", "textrec/en_number_mobile_v2.0_rec_infer.onnx", "textrec/en_dict.txt");
        try (Models models = ModelFiles.open(folder)) {
            List<ReadLine> title = all(models, "images/inpaint/unwant_text.jpg");
            assertThat(title).singleElement().satisfies(line -> {
                assertThat(line.text()).isEqualTo("ELDENRING");
                assertThat(line.score()).isGreaterThan(0.945);
            });
            List<ReadLine> page = all(models, "refs/rapidocr/en.jpg");
            assertThat(page).hasSize(4);
            assertThat(page.get(3).text()).isEqualTo("of this dataset are specified as follows.");
            assertThat(page.get(3).score()).isCloseTo(0.997, within(0.003));
            // The words are in italics, of which this model makes "MouteShots".
            assertThat(page.get(0).text()).startsWith("3 M").endsWith("Shots Dataset");
            assertThat(page.get(1).text()).contains("shot type analysis in videos");
            assertThat(page.get(2).text()).contains("7858 movies");
        }
    }

    private static List<ReadLine> all(Models models, String name) {
        Image image = Photos.read(Assets.path(name));
        List<TextRegion> lines = models.model(Role.TEXT_DETECT)
                .orElseThrow()
                .infer(List.of(image))
                .get(0);
        return models.model(Role.TEXT_READ)
                .orElseThrow()
                .infer(List.of(new WrittenLines(image, lines)))
                .get(0);
    }

    private ReadLine read(String name, Image image, List<Double> corners) throws IOException {
        ModelFiles.putTiny(folder, name);
        Files.write(folder.resolve("abc.txt"), List.of("a", "b", "c"));
        try (Models models = ModelFiles.open(folder)) {
            return models.model(Role.TEXT_READ)
                    .orElseThrow()
                    .infer(List.of(new WrittenLines(image, List.of(new TextRegion(corners, 1)))))
                    .get(0)
                    .get(0);
        }
    }

    /** Of a line of seven cells around the middle of a picture of 200x200. */
    private static List<Double> corners(int degrees) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        double across = WORD.length * CELL / 2.0;
        double down = CELL / 2.0;
        List<Double> corners = new ArrayList<>();
        for (double[] corner : new double[][] {{-across, -down}, {across, -down}, {across, down}, {-across, down}}) {
            corners.add(100 + cos * corner[0] - sin * corner[1]);
            corners.add(100 + sin * corner[0] + cos * corner[1]);
        }
        return corners;
    }

    /** The word from the first corner to the second, on grey. */
    private static Image painted(List<Double> corners) {
        int side = 200;
        byte[] bgr = new byte[3 * side * side];
        double acrossX = (corners.get(2) - corners.get(0)) / WORD.length;
        double acrossY = (corners.get(3) - corners.get(1)) / WORD.length;
        double downX = corners.get(6) - corners.get(0);
        double downY = corners.get(7) - corners.get(1);
        double area = acrossX * downY - acrossY * downX;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double fromX = x + 0.5 - corners.get(0);
                double fromY = y + 0.5 - corners.get(1);
                double cell = (fromX * downY - fromY * downX) / area;
                double row = (acrossX * fromY - acrossY * fromX) / area;
                boolean inside = cell >= 0 && cell < WORD.length && row >= -0.2 && row < 1.2;
                int colour = inside ? WORD[(int) cell] : 0x808080;
                for (int channel = 0; channel < 3; channel++) {
                    bgr[3 * (y * side + x) + channel] = (byte) (colour >> (16 - 8 * channel));
                }
            }
        }
        return new Image(side, side, bgr);
    }
}
