package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeinterlacingTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 96;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fields_of_known_motion_become_the_picture_at_the_time_of_the_first(boolean topFirst) {
        try (RawFrame previous = woven(0, topFirst);
                RawFrame frame = woven(1, topFirst);
                RawFrame next = woven(2, topFirst);
                RawFrame truth = progressive(2)) {
            int[][][] expected = truth.rendered();
            int[][][] known = RawFrame.rendered(previous, frame, next);
            int[][][] alone = frame.rendered();
            frame.frame().flags(0);
            int[][][] left = frame.rendered();
            assertThat(difference(left, expected)).isGreaterThan(8);
            assertThat(combing(left)).isGreaterThan(1.5);
            assertThat(difference(known, expected)).isLessThan(2);
            assertThat(combing(known)).isLessThan(1);
            assertThat(difference(alone, expected)).isLessThan(2);
            assertThat(combing(alone)).isLessThan(1);
        }
    }

    @Test
    void where_nothing_moves_both_fields_are_kept_if_the_neighbours_say_so() {
        try (RawFrame frame = fine()) {
            int[][][] known = RawFrame.rendered(frame, frame, frame);
            frame.frame().flags(0);
            assertThat(difference(known, frame.rendered())).isLessThan(0.5);
        }
    }

    /** A still picture of lines of a pixel's height, slanted. */
    private static RawFrame fine() {
        RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P, WIDTH, HEIGHT);
        raw.frame().flags(AVFrame.AV_FRAME_FLAG_INTERLACED | AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                raw.fill(x, y, 1, 1, 60 + 40 * ((y + x / 16) % 4), 128, 128);
            }
        }
        return raw;
    }

    @Test
    void progressive_frames_are_left_alone() {
        try (RawFrame previous = progressive(0);
                RawFrame frame = progressive(1);
                RawFrame next = progressive(2)) {
            assertThat(RawFrame.rendered(previous, frame, next)).isDeepEqualTo(frame.rendered());
        }
    }

    @Test
    void the_container_is_asked_where_frames_of_a_codec_do_not_say() {
        try (RawFrame frame = progressive(0)) {
            assertThat(isNeeded(avcodec.AV_CODEC_ID_VP9, avcodec.AV_FIELD_TT, frame))
                    .isTrue();
            assertThat(isNeeded(avcodec.AV_CODEC_ID_VP9, avcodec.AV_FIELD_PROGRESSIVE, frame))
                    .isFalse();
            assertThat(isNeeded(avcodec.AV_CODEC_ID_VP9, avcodec.AV_FIELD_UNKNOWN, frame))
                    .isFalse();
            assertThat(isNeeded(avcodec.AV_CODEC_ID_H264, avcodec.AV_FIELD_TT, frame))
                    .isFalse();
        }
    }

    private static boolean isNeeded(int codec, int fieldOrder, RawFrame frame) {
        AVCodecParameters parameters = avcodec.avcodec_parameters_alloc();
        parameters.codec_id(codec).field_order(fieldOrder);
        try (Deinterlacing deinterlacing = new Deinterlacing(parameters)) {
            return deinterlacing.isNeeded(frame.frame());
        } finally {
            avcodec.avcodec_parameters_free(parameters);
        }
    }

    @Test
    void a_real_video_loses_its_combs_and_no_picture_depends_on_those_rendered_before() {
        Path video = Videos.good("derived_interlaced_tff_cockatoo.mp4");
        FfmpegLog log = FfmpegLog.install();
        Progress progress = new Progress(new Wire.Sender(new NowhereChannel()), DecoderLimits.DEFAULT);
        List<AVFrame> frames = new ArrayList<>();
        try (Container container = Container.open(video.toString(), DecoderLimits.DEFAULT, log, progress)) {
            int index = container.bestVideoStream();
            AVStream stream = container.stream(index);
            try (FrameDecoder decoder = new FrameDecoder(
                            stream,
                            DecoderLimits.DEFAULT,
                            2,
                            false,
                            progress,
                            FailPoint.ofThisProcess(),
                            HardwareDevice.NONE);
                    Rendering rendering = new Rendering(container.context(), stream, DecoderLimits.DEFAULT);
                    Rendering fresh = new Rendering(container.context(), stream, DecoderLimits.DEFAULT)) {
                FrameDecoder.Sink sink = frame -> {
                    frames.add(av_frame_clone(frame));
                    return frames.size() < 12;
                };
                AVPacket packet;
                do {
                    packet = container.read(index);
                } while (decoder.decode(packet, sink) && packet != null);
                double combed = 0;
                double known = 0;
                double alone = 0;
                for (int i = 1; i < frames.size() - 1; i++) {
                    AVFrame previous = frames.get(i - 1);
                    AVFrame next = frames.get(i + 1);
                    combed += combing(rendering.renderSignal(frames.get(i))) / (frames.size() - 2);
                    known += combing(rendering.render(previous, frames.get(i), next)) / (frames.size() - 2);
                    alone += combing(rendering.render(frames.get(i))) / (frames.size() - 2);
                }
                assertThat(combed).isGreaterThan(1);
                assertThat(known).isLessThan(0.75);
                assertThat(alone).isLessThan(0.75);
                AVFrame seventh = frames.get(7);
                int[][][] after = RawFrame.pixels(rendering.render(frames.get(6), seventh, frames.get(8)));
                assertThat(RawFrame.pixels(fresh.render(frames.get(6), seventh, frames.get(8))))
                        .isDeepEqualTo(after);
                assertThat(frames).hasSize(12);
            }
        } finally {
            frames.forEach(org.bytedeco.ffmpeg.global.avutil::av_frame_free);
        }
    }

    /** Two fields of a scene that moves three pixels a field. */
    private static RawFrame woven(int number, boolean topFirst) {
        RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P, WIDTH, HEIGHT);
        raw.frame().flags(AVFrame.AV_FRAME_FLAG_INTERLACED | (topFirst ? AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST : 0));
        for (int y = 0; y < HEIGHT; y++) {
            boolean first = (y % 2 == 0) == topFirst;
            draw(raw, y, 2 * number + (first ? 0 : 1));
        }
        return raw;
    }

    /** The scene at the time of one field. */
    private static RawFrame progressive(int field) {
        RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P, WIDTH, HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            draw(raw, y, field);
        }
        return raw;
    }

    private static void draw(RawFrame raw, int y, int field) {
        for (int x = 0; x < WIDTH; x++) {
            double level = 120 + 60 * Math.sin((x - 3 * field) / 4.0) + 20 * Math.sin(y / 9.0);
            raw.fill(x, y, 1, 1, (int) Math.round(level), 128, 128);
        }
    }

    private static double combing(Mat picture) {
        return combing(RawFrame.pixels(picture));
    }

    /**
     * How much a line differs from the next, which is of the other field, over how much it differs from the next but one, which
     * is of its own. Pictures without combs differ less from line to line than over two.
     */
    private static double combing(int[][][] bgr) {
        long neighbours = 0;
        long nextButOne = 0;
        for (int y = 0; y < bgr.length - 2; y++) {
            for (int x = 0; x < bgr[y].length; x++) {
                neighbours += Math.abs(bgr[y][x][1] - bgr[y + 1][x][1]);
                nextButOne += Math.abs(bgr[y][x][1] - bgr[y + 2][x][1]);
            }
        }
        return (double) neighbours / nextButOne;
    }

    /** Mean difference of green. */
    private static double difference(int[][][] a, int[][][] b) {
        long sum = 0;
        for (int y = 0; y < a.length; y++) {
            for (int x = 0; x < a[y].length; x++) {
                sum += Math.abs(a[y][x][1] - b[y][x][1]);
            }
        }
        return (double) sum / (a.length * a[0].length);
    }
}
