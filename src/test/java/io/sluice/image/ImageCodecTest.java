package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Assets;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageCodecTest {
    private static final Image CHECKS = checks(37, 23);

    @Test
    void a_png_comes_back_as_it_was() {
        Image back = ImageCodec.decode(ImageCodec.png(CHECKS));

        assertThat(back.width()).isEqualTo(37);
        assertThat(back.height()).isEqualTo(23);
        assertThat(back.bgr()).isEqualTo(CHECKS.bgr());
    }

    @Test
    void pixels_are_blue_green_red() {
        byte[] bgr = new byte[3 * 64];
        for (int i = 0; i < bgr.length; i += 3) {
            bgr[i] = (byte) 250;
        }
        Image blue = ImageCodec.decode(ImageCodec.jpeg(new Image(8, 8, bgr), 95));

        assertThat(blue.bgr()[0] & 0xff).isGreaterThan(240);
        assertThat(blue.bgr()[2] & 0xff).isLessThan(10);
    }

    @Test
    void a_jpeg_of_higher_quality_is_larger_and_closer() {
        Image photo = Degraded.noisy(Resize.to(CHECKS, 320, 200), 8);
        byte[] low = ImageCodec.jpeg(photo, 30);
        byte[] high = ImageCodec.jpeg(photo, 97);

        assertThat(high).hasSizeGreaterThan(low.length);
        assertThat(difference(ImageCodec.decode(high), photo)).isLessThan(difference(ImageCodec.decode(low), photo));
    }

    @Test
    void bytes_that_are_no_picture_are_refused_in_words() {
        assertThatThrownBy(() -> ImageCodec.decode(new byte[] {1, 2, 3}))
                .isInstanceOf(ImageFormatException.class)
                .hasMessage("3 bytes are no picture: a JPEG or PNG file is required");
        assertThatThrownBy(() -> ImageCodec.decode(new byte[0])).isInstanceOf(ImageFormatException.class);
    }

    @Test
    void files_that_were_cut_short_are_refused() {
        for (byte[] whole : new byte[][] {ImageCodec.jpeg(CHECKS, 90), ImageCodec.png(CHECKS)}) {
            for (int length : new int[] {12, whole.length / 2, whole.length - 3}) {
                assertThatThrownBy(() -> ImageCodec.decode(Arrays.copyOf(whole, length)))
                        .isInstanceOf(ImageFormatException.class);
            }
        }
    }

    @Test
    void a_png_with_broken_content_is_refused() {
        byte[] png = ImageCodec.png(CHECKS);
        Arrays.fill(png, 50, png.length - 20, (byte) 7);

        assertThatThrownBy(() -> ImageCodec.decode(png)).isInstanceOf(ImageFormatException.class);
    }

    @Test
    void a_truncated_photo_of_the_assets_is_refused() throws IOException {
        byte[] truncated = Files.readAllBytes(Assets.path("images/skimage/truncated.jpg"));

        assertThatThrownBy(() -> ImageCodec.decode(truncated))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void an_orientation_in_exif_is_not_applied() throws IOException {
        Image sideways = ImageCodec.decode(Files.readAllBytes(Assets.path("images/exif/Landscape_6.jpg")));

        assertThat(sideways.width()).isEqualTo(1200);
        assertThat(sideways.height()).isEqualTo(1800);
    }

    @Test
    void palette_and_grey_pictures_become_bgr() throws IOException {
        Image palette = ImageCodec.decode(Files.readAllBytes(Assets.path("images/skimage/palette_color.png")));
        Image grey = ImageCodec.decode(Files.readAllBytes(Assets.path("images/skimage/camera.png")));

        assertThat(palette.width()).isEqualTo(10);
        assertThat(grey.bgr()[0]).isEqualTo(grey.bgr()[1]).isEqualTo(grey.bgr()[2]);
    }

    static Image checks(int width, int height) {
        byte[] bgr = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                bgr[at] = (byte) ((x / 4 + y / 4) % 2 * 200);
                bgr[at + 1] = (byte) (5 * x);
                bgr[at + 2] = (byte) (7 * y);
            }
        }
        return new Image(width, height, bgr);
    }

    static long difference(Image one, Image other) {
        long sum = 0;
        for (int i = 0; i < one.bgr().length; i++) {
            sum += Math.abs((one.bgr()[i] & 0xff) - (other.bgr()[i] & 0xff));
        }
        return sum;
    }
}
