package io.sluice.model.inpaint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.model.Hole;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Painting;
import io.sluice.model.Painting.Sampler;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The small network fills the hole with the mean of what is around it plus what the prompt says. */
class StableDiffusionInpainterTest {
    private static final Box HOLE = new Box(16, 24, 40, 48);

    @TempDir
    Path folder;

    @Test
    void the_schedule_is_that_of_stable_diffusion() {
        NoiseSchedule schedule = new NoiseSchedule();

        // 0.99915, and the product of all, as published.
        assertThat(schedule.alphaBar(0)).isCloseTo(0.99915, within(1e-9));
        assertThat(schedule.alphaBar(-49)).isEqualTo(schedule.alphaBar(0));
        assertThat(schedule.alphaBar(999)).isCloseTo(0.0047, within(5e-5));
        assertThat(NoiseSchedule.times(20)).hasSize(20).startsWith(951, 901).endsWith(51, 1);
        assertThat(NoiseSchedule.times(1000)).startsWith(999, 999, 998).endsWith(2, 1);
        assertThat(NoiseSchedule.next(51, 20)).isEqualTo(1);
    }

    /** With the noise known, x = share picture + rest noise stays true, whatever the sampler, the number of steps and the sign. */
    @ParameterizedTest
    @CsvSource({"DDIM,20,false", "DDIM,7,true", "DPM,20,false", "DPM,7,true", "DPM,1,false"})
    void steps_with_the_true_noise_end_at_the_picture(Sampler sampler, int steps, boolean velocity) {
        NoiseSchedule schedule = new NoiseSchedule();
        float[] picture = {0.3f, -0.8f, 0};
        float[] noise = {1.1f, 0.2f, -1.7f};
        float[] x = schedule.noised(picture, noise, NoiseSchedule.times(steps)[0]);
        NoiseSchedule.Run run = schedule.new Run(sampler, steps, velocity);
        for (int time : NoiseSchedule.times(steps)) {
            float[] told = new float[3];
            for (int i = 0; i < 3; i++) {
                double share = Math.sqrt(schedule.alphaBar(time));
                double rest = Math.sqrt(1 - schedule.alphaBar(time));
                told[i] = (float) (velocity ? share * noise[i] - rest * picture[i] : noise[i]);
            }
            x = run.step(x, told, time);
        }
        float[] expected = schedule.noised(picture, noise, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(x[i]).isCloseTo(expected[i], within(2e-3f));
        }
    }

    /** For x' = -x by the picture: DPM-Solver++ of the second order is nearer to many steps of DDIM than as few steps of DDIM are. */
    @Test
    void the_second_order_needs_fewer_steps() {
        double truth = ofChangingPicture(Sampler.DDIM, 500);

        assertThat(Math.abs(ofChangingPicture(Sampler.DPM, 20) - truth))
                .isLessThan(Math.abs(ofChangingPicture(Sampler.DDIM, 20) - truth) / 2);
    }

    /** The picture that the network has in mind goes on with the noise, as a real one's does. */
    private static double ofChangingPicture(Sampler sampler, int steps) {
        NoiseSchedule schedule = new NoiseSchedule();
        NoiseSchedule.Run run = schedule.new Run(sampler, steps, false);
        float[] x = {1.5f};
        for (int time : NoiseSchedule.times(steps)) {
            double share = Math.sqrt(schedule.alphaBar(time));
            double rest = Math.sqrt(1 - schedule.alphaBar(time));
            double picture = share * x[0] / (share * share + 4 * rest * rest);
            x = run.step(x, new float[] {(float) ((x[0] - share * picture) / rest)}, time);
        }
        return x[0];
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void the_hole_shows_what_is_around_it_and_what_the_prompt_says(Sampler sampler) throws IOException {
        putTiny();
        // Around the hole 0.2, 0, -0.4 of -1 to 1. Red is 0.2, -0.2, -0.2, and counts three times: 0.8, -0.6, -1.
        int[] found = inHole(new Painting("red", "", sampler, 20, 3, 1, 5));

        assertColour(found, 229.5, 51, 0);
    }

    @Test
    void the_negative_prompt_pushes_away() throws IOException {
        putTiny();
        // "car" is -0.2, -0.2, 0.2, and "red" minus it 0.4, 0, -0.4; car plus twice that, and around: 0.8, -0.2, -1.
        assertColour(inHole(new Painting("red", "car", Sampler.DDIM, 10, 2, 1, 5)), 229.5, 102, 0);
        // Without guidance the prompt alone: 0.4, -0.2, -0.6.
        assertColour(inHole(new Painting("red", "car", Sampler.DDIM, 10, 1, 1, 5)), 178.5, 102, 51);
    }

    @Test
    void another_vae_and_a_plain_network_of_velocities_do_as_well() throws IOException {
        putTiny(
                "tiny-sd-unet.onnx", "tiny-sd-unet-plain.onnx",
                "tiny-sd-vae-encoder.onnx", "tiny-sd-other-vae-encoder.onnx",
                "tiny-sd-vae-decoder.onnx", "tiny-sd-other-vae-decoder.onnx",
                "epsilon", "v");
        // A plain network knows nothing of what is around: the prompt alone, three times.
        assertColour(inHole(new Painting("red", "", Sampler.DPM, 20, 3, 1, 5)), 204, 51, 51);
    }

    @Test
    void the_seed_makes_the_noise_and_strength_leaves_some_of_the_picture() throws IOException {
        putTiny();
        NoiseSchedule schedule = new NoiseSchedule();
        // One step of one leads from noise to the picture in mind, and its noise stays: sqrt(1 - 0.99915) of it.
        Painting one = new Painting("", "", Sampler.DDIM, 1, 1, 1, 5);
        byte[] first = filled(one).bgr();
        assertThat(filled(one).bgr()).isEqualTo(first);
        assertThat(filled(new Painting("", "", Sampler.DDIM, 1, 1, 1, 6)).bgr()).isNotEqualTo(first);
        double noise = new Random(5).nextGaussian();
        assertThat(schedule.noised(new float[] {0}, new float[] {(float) noise}, 0)[0])
                .isCloseTo((float) (Math.sqrt(0.00085) * noise), within(1e-6f));
        assertThat(filled(new Painting("", "", Sampler.DDIM, 20, 1, 0.3, 5)).bgr())
                .isNotEqualTo(
                        filled(new Painting("", "", Sampler.DDIM, 20, 1, 1, 5)).bgr());
    }

    @Test
    void a_network_of_other_channels_is_refused() throws IOException {
        putTiny("tiny-sd-unet.onnx", "tiny-sd-text.onnx");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.INPAINT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("is not of kind stable-diffusion: expected 3 inputs, found 1");
        }
    }

    private void putTiny(String... changes) throws IOException {
        ModelFiles.putTiny(folder, "tiny-sd", changes);
        Files.copy(
                ModelFiles.resource("/io/sluice/model/embed/tiny-clip-tokenizer.json"),
                folder.resolve("tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private int[] inHole(Painting painting) throws IOException {
        Image filled = filled(painting);
        Image before = picture();
        int[] mean = new int[3];
        for (int i = 0; i < 64 * 64; i++) {
            boolean inside =
                    i % 64 >= HOLE.left() && i % 64 < HOLE.right() && i / 64 >= HOLE.top() && i / 64 < HOLE.bottom();
            for (int channel = 0; channel < 3; channel++) {
                if (inside) {
                    mean[channel] += filled.bgr()[3 * i + 2 - channel] & 0xff;
                } else {
                    assertThat(filled.bgr()[3 * i + channel]).isEqualTo(before.bgr()[3 * i + channel]);
                }
            }
        }
        int pixels = 24 * 24;
        return new int[] {mean[0] / pixels, mean[1] / pixels, mean[2] / pixels};
    }

    private Image filled(Painting painting) throws IOException {
        try (Models models = ModelFiles.open(folder)) {
            return models.model(Role.INPAINT)
                    .orElseThrow()
                    .infer(List.of(new Hole(picture(), Mask.ofBoxes(64, 64, List.of(HOLE)), painting)))
                    .get(0);
        }
    }

    /** 153, 127.5, 76.5 would be 0.2, 0, -0.4 of -1 to 1; what is in the hole must not count. */
    private static Image picture() {
        byte[] bgr = new byte[3 * 64 * 64];
        for (int i = 0; i < 64 * 64; i++) {
            boolean inside = i % 64 >= 16 && i % 64 < 40 && i / 64 >= 24 && i / 64 < 48;
            bgr[3 * i] = (byte) (inside ? 255 : 76);
            bgr[3 * i + 1] = (byte) (inside ? 255 : 128);
            bgr[3 * i + 2] = (byte) (inside ? 0 : 153);
        }
        return new Image(64, 64, bgr);
    }

    /** The noise of the last step stays: 0.03 of it, which is less than nothing in the mean of nine cells of 0.18. */
    private static void assertColour(int[] found, double red, double green, double blue) {
        assertThat((double) found[0]).as("red").isCloseTo(red, within(16.0));
        assertThat((double) found[1]).as("green").isCloseTo(green, within(16.0));
        assertThat((double) found[2]).as("blue").isCloseTo(blue, within(16.0));
    }
}
