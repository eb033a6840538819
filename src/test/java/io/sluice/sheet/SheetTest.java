package io.sluice.sheet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.image.Image;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SheetTest {
    private static Image picture(int width, int height, int blue, int green, int red) {
        byte[] bgr = new byte[3 * width * height];
        for (int i = 0; i < bgr.length; i += 3) {
            bgr[i] = (byte) blue;
            bgr[i + 1] = (byte) green;
            bgr[i + 2] = (byte) red;
        }
        return new Image(width, height, bgr);
    }

    private static ContactSheet sheet() {
        List<ContactSheet.Cell> cells = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            int level = 30 * i;
            cells.add(new ContactSheet.Cell(
                    "frame" + i,
                    () -> picture(640, 360, level, 100, 200),
                    i == 2 ? Optional.of(() -> picture(640, 360, 0, 255, 0)) : Optional.empty(),
                    i == 0
                            ? "rex dog, a \"brown\" dog & <b>two</b> people walk on a street beside a red car and a house with a green door"
                            : "rex dog",
                    "1.20 s  ·  quality 6.1"));
        }
        return new ContactSheet(
                "rex",
                "7 of 20 frames kept",
                List.of(new ContactSheet.Step("extract", 20, 0), new ContactSheet.Step("blur", 7, 13)),
                List.of(
                        new ContactSheet.Section(
                                "Kept: 7 frames", "with their captions", ContactSheet.Layout.LARGE, cells, 0),
                        new ContactSheet.Section(
                                "Cleaned: 1 frame",
                                "before and after",
                                ContactSheet.Layout.PAIRS,
                                cells.subList(2, 3),
                                0),
                        new ContactSheet.Section(
                                "Left out by blur: blurred, 13 frames",
                                "",
                                ContactSheet.Layout.SMALL,
                                cells.subList(0, 1),
                                12)),
                "Models: none");
    }

    private static byte[] png() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PngSheet.write(sheet(), out);
        return out.toByteArray();
    }

    private static String html() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HtmlSheet.write(sheet(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_picture_has_room_for_all_sections_and_shows_each_frame_in_its_place() throws IOException {
        byte[] encoded = png();
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/contact-sheet-of-the-test.png"), encoded);
        BufferedImage page = ImageIO.read(new ByteArrayInputStream(encoded));

        assertThat(page.getWidth()).isEqualTo(1680);
        // Two rows of four cells 385 wide, a pair of pictures 393 wide and a row of cells 250 wide, with what is around
        // them.
        assertThat(page.getHeight()).isBetween(1750, 1900);
        // The title has 40 + 84, the funnel 176, a heading 78: the first frame's picture begins at 40, 378.
        assertThat(page.getRGB(40 + 100, 378 + 60) & 0xffffff).isEqualTo(0xc86400);
        // Of the funnel's bars, whose middle is at 40 + 84 + 14 + 20 + 38, the second is a third as high as the first.
        assertThat(page.getRGB(40 + 10, 196 - 30) & 0xffffff).isEqualTo(0x2f6f5e);
        assertThat(page.getRGB(40 + 800 + 10, 196 + 10) & 0xffffff).isEqualTo(0x2f6f5e);
        assertThat(page.getRGB(40 + 800 + 10, 196 - 30) & 0xffffff).isEqualTo(0xf6f4ef);
        // Below two rows of cells the pair: green before, its own colour after.
        int pairs = 378 + 2 * (216 + 12 + 3 * 21 + 20 + 12 + 20) + 78;
        assertThat(page.getRGB(40 + 60, pairs + 85) & 0xffffff).isEqualTo(0x00ff00);
        assertThat(page.getRGB(40 + 397 + 60, pairs + 85) & 0xffffff).isEqualTo(0xc8643c);
        assertThat(png()).isEqualTo(encoded);
    }

    @Test
    void the_page_is_complete_in_itself_and_what_people_wrote_is_no_markup() throws IOException {
        String page = html();

        assertThat(page)
                .contains("a &quot;brown&quot; dog &amp; &lt;b&gt;two&lt;/b&gt; people", "and 12 more like these")
                .doesNotContain("<b>")
                .doesNotContain("http");
        Matcher pictures = Pattern.compile("base64,([^\"]+)\"").matcher(page);
        int count = 0;
        while (pictures.find()) {
            BufferedImage picture =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(pictures.group(1))));
            assertThat(picture.getWidth()).isEqualTo(480);
            assertThat(picture.getHeight()).isEqualTo(270);
            count++;
        }
        assertThat(count).isEqualTo(7 + 1 + 2 + 1);
    }

    @Test
    void a_picture_keeps_its_proportions_and_is_never_enlarged() {
        assertThat(Thumbnail.of(picture(1080, 1920, 1, 2, 3), 300, 200).getWidth())
                .isEqualTo(113);
        assertThat(Thumbnail.of(picture(1080, 1920, 1, 2, 3), 300, 200).getHeight())
                .isEqualTo(200);
        assertThat(Thumbnail.of(picture(30, 20, 1, 2, 3), 300, 200).getWidth()).isEqualTo(30);
    }

    @Test
    void letters_have_outlines_of_their_size_and_lines_are_broken_at_blanks() {
        Shape outline = Typeface.REGULAR.outline("HHH", 100, 10, 200);

        // A capital of Liberation Sans is 0.729 (1409/2048 = 0.688 for H) of its em high and stands on the baseline.
        assertThat(outline.getBounds2D().getMaxY()).isBetween(199.0, 200.5);
        assertThat(outline.getBounds2D().getHeight()).isBetween(67.0, 74.0);
        assertThat(Typeface.REGULAR.width("HHH", 100)).isEqualTo(3 * Typeface.REGULAR.width("H", 100));
        double width = Typeface.REGULAR.width("one two", 15) + 1;
        assertThat(Typeface.REGULAR.wrap("one two three four", 15, width, 5))
                .containsExactly("one two", "three", "four");
        assertThat(Typeface.REGULAR.wrap("one two three four five six", 15, width, 2))
                .hasSize(2)
                .first()
                .isEqualTo("one two");
        assertThat(Typeface.REGULAR
                        .wrap("one two three four five six", 15, width, 2)
                        .get(1))
                .endsWith("…");
    }
}
