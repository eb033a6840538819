package io.sluice.video;

import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The part of a video that its container claims and does not hold, of containers without an index of every frame: what was cut
 * off, or was never there.
 */
final class Shortfall {
    /** Claims are rounded, and the last frame may stay for a while. */
    private static final long TOLERATED_MICROS = 250_000;

    private static final double TOLERATED_SHARE = 0.02;
    private static final double TOLERATED_FRAMES = 2.5;

    /** Without a claim of the stream's own the container's is taken, which is that of its longest stream: sound may go on. */
    private static final int WITH_OTHER_STREAMS = 10;

    private Shortfall() {}

    /**
     * In words, with the number of frames by the claimed rate; empty if nothing is missing, or nothing was claimed.
     *
     * @param container read to its end
     * @param decoded frames of the whole video that were decoded; 0 if not all were wanted
     */
    static Optional<String> of(AVStream stream, Container container, VideoPlan plan, long decoded) {
        boolean own = container.streams() == 1 || stream.duration() != avutil.AV_NOPTS_VALUE && stream.duration() > 0;
        double tolerance = Math.max(TOLERATED_MICROS, TOLERATED_SHARE * plan.durationMicros());
        long end = (long) (Math.max(0, container.secondsSince(plan.startTicks())) * 1e6);
        long missing = plan.durationMicros() - end;
        AVRational rate = stream.avg_frame_rate();
        double framesPerSecond = rate.num() <= 0 || rate.den() <= 0 ? 0 : (double) rate.num() / rate.den();
        // Where times are wrong, all frames may be there that the duration leads to expect.
        double frames =
                Math.min(missing / 1e6 * framesPerSecond, plan.durationMicros() / 1e6 * framesPerSecond - decoded);
        if (missing < (own ? tolerance : tolerance * WITH_OTHER_STREAMS)
                || framesPerSecond > 0 && frames <= TOLERATED_FRAMES) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "the file ends at %.1f s of the %.1f s that it claims: %s missing",
                end / 1e6,
                plan.durationMicros() / 1e6,
                frames > 0 ? "about " + Math.round(frames) + " frames are" : "the rest is"));
    }
}
