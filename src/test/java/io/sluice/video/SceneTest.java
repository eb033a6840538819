package io.sluice.video;

import static io.sluice.video.Videos.good;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.Test;

/** Cuts against those that FFmpeg's scene filter finds, and frames of shots. */
class SceneTest {
    @Test
    void explore() throws IOException {
        for (String name : List.of(
                "mdn_tears-of-steel-battle_800x332_71s_multishot.webm",
                "derived_4shots_cuts_at_3_6_9s.mp4",
                "torchcodec_nasa_13013_two-video-streams.mp4",
                "intel_car-detection_768x432_12.5fps_30s.mp4",
                "androidx_bbb_mpeg2_1080p.ts", "androidx_vfr_518x488_5.6s.mp4", "imageio_newtonscradle_36frames.gif",
                "mdn_flower_960x540_5s.mp4", "androidx_pixel7_rot180_1080p.mp4", "androidx_bbb_sar64-45_bframes_800x640.mp4",
                "intel_one-by-one-person_768x432_10fps_139s.mp4")) {
            Path video = good(name);
            FfmpegLog log = FfmpegLog.install();
            Progress progress = new Progress(new Wire.Sender(java.nio.channels.Channels.newChannel(java.io.OutputStream.nullOutputStream())));
            List<String> lines = new ArrayList<>();
            long[] nanos = new long[1];
            double[] max = new double[1];
            try (Container container = Container.open(video.toString(), DecoderLimits.DEFAULT, log, progress)) {
                int index = container.bestVideoStream();
                container.readOnly(index);
                var stream = container.stream(index);
                TimeBase timeBase = new TimeBase(stream.time_base().num(), stream.time_base().den());
                List<Thumbnail> all = new ArrayList<>();
                List<Double> times = new ArrayList<>();
                try (FrameDecoder decoder = new FrameDecoder(stream, DecoderLimits.DEFAULT, 2, false, progress, FailPoint.ofThisProcess(), HardwareDevice.NONE);
                        Thumbnails thumbnails = new Thumbnails(true)) {
                    AVPacket packet;
                    do {
                        packet = container.read(index);
                        decoder.decode(packet, frame -> {
                            long t = System.nanoTime();
                            all.add(thumbnails.of(frame));
                            nanos[0] += System.nanoTime() - t;
                            times.add(timeBase.seconds(FrameDecoder.ticks(frame) - stream.start_time()));
                            return true;
                        });
                    } while (packet != null);
                }
                Cuts cuts = new Cuts();
                List<Boolean> found = new ArrayList<>();
                int n = 0;
                for (Thumbnail t : all) {
                    boolean cut = cuts.next(t);
                    if (++n >= Cuts.AFTER) found.add(cut);
                }
                found.addAll(cuts.end());
                double before = 0;
                for (int i = 1; i < all.size(); i++) {
                    double m = all.get(i).difference(all.get(i - 1));
                    double score = Math.min(m, Math.abs(m - before));
                    before = m;
                    if (score > 4 || found.get(i)) {
                        lines.add(String.format("%.3f score %.1f m %.1f %s", times.get(i), score, m, found.get(i) ? "CUT" : ""));
                    }
                }
                System.out.println(name + " " + all.size() + " us/frame " + nanos[0] / 1000 / all.size());
                lines.forEach(System.out::println);
            }
        }
    }
}
