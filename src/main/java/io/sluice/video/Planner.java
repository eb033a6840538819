package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Finds out what a video is, that at least one picture of it can be decoded, and where it can be cut. */
final class Planner {
    /** Length of a segment, about: long enough that its start costs little, short enough to be redone after a crash. */
    static final long SEGMENT_MICROS = 10_000_000;

    /** A keyframe that the index names is there within so many packets after a seek to it, or the index is not trusted. */
    private static final int MAX_PACKETS_TO_KEYFRAME = 3000;

    private final Wire.PlanRequest request;
    private final FfmpegLog log;
    private final Progress progress;
    private final FailPoint failPoint;
    private final List<String> warnings = new ArrayList<>();

    Planner(Wire.PlanRequest request, FfmpegLog log, Progress progress, FailPoint failPoint) {
        this.request = request;
        this.log = log;
        this.progress = progress;
        this.failPoint = failPoint;
    }

    /** @throws VideoException if the video is over a limit or nothing of it can be decoded */
    VideoPlan plan() {
        try (Container container = Container.open(request.path(), request.limits(), log, progress)) {
            int index = container.bestVideoStream();
            container.readOnly(index);
            AVStream stream = container.stream(index);
            TimeBase timeBase = timeBase(stream);
            long duration = duration(container, stream, timeBase);
            checkLength(stream, duration);
            First first = firstFrame(container, index);
            long start = stream.start_time() != avutil.AV_NOPTS_VALUE
                    ? stream.start_time()
                    : first.ticks() != avutil.AV_NOPTS_VALUE ? first.ticks() : 0;
            log.clock().ifPresent(warnings::add);
            int[] matrix = Rendering.displayMatrix(stream);
            if (matrix != null && !Orientation.isExact(matrix)) {
                warnings.add("the rotation is no quarter turn: the nearest one is taken");
            }
            List<Long> cuts =
                    container.format().equals(Container.MOV) ? cuts(container, index, start, timeBase) : List.of();
            return new VideoPlan(
                    container.format(),
                    FrameDecoder.codecName(stream),
                    index,
                    timeBase.numerator(),
                    timeBase.denominator(),
                    start,
                    duration,
                    first.shape().width(),
                    first.shape().height(),
                    first.shape().orientation().rotationDegrees(),
                    segments(cuts, timeBase, start, request.extract()),
                    warnings);
        }
    }

    private static TimeBase timeBase(AVStream stream) {
        int numerator = stream.time_base().num();
        int denominator = stream.time_base().den();
        if (numerator < 1 || denominator < 1) {
            throw new VideoException("its time base is " + numerator + "/" + denominator + " seconds");
        }
        return new TimeBase(numerator, denominator);
    }

    private static long duration(Container container, AVStream stream, TimeBase timeBase) {
        return stream.duration() != avutil.AV_NOPTS_VALUE && stream.duration() > 0
                ? timeBase.micros(stream.duration())
                : container.durationMicros();
    }

    private void checkLength(AVStream stream, long durationMicros) {
        DecoderLimits limits = request.limits();
        if (durationMicros > limits.maxDurationMicros()) {
            throw new VideoException("it claims to last " + durationMicros / 1_000_000 + " s: "
                    + limits.maxDurationMicros() / 1_000_000 + " s are allowed");
        }
        long frames = Math.max(stream.nb_frames(), avformat.avformat_index_get_entries_count(stream));
        if (frames > limits.maxFramesPerVideo()) {
            throw new VideoException("it claims " + frames + " frames: " + limits.maxFramesPerVideo() + " are allowed");
        }
    }

    private record First(Rendering.Shape shape, long ticks) {}

    /** The first frame that is whole: proof that the video can be decoded, and the true size of its pictures. */
    private First firstFrame(Container container, int index) {
        AVStream stream = container.stream(index);
        First[] first = new First[1];
        try (FrameDecoder decoder = new FrameDecoder(stream, request.limits(), 1, false, progress, failPoint);
                Rendering rendering = new Rendering(container.context(), stream, request.limits())) {
            FrameDecoder.Sink sink = frame -> {
                if (FrameDecoder.isDamaged(frame, false)) {
                    return true;
                }
                first[0] = first(frame, rendering);
                return false;
            };
            boolean any = false;
            @Nullable AVPacket packet;
            do {
                packet = container.read(index);
                any |= packet != null;
            } while (decoder.decode(packet, sink) && packet != null);
            if (first[0] == null) {
                throw new VideoException(any ? nothingDecodable(decoder, stream) : nothingThere(stream));
            }
            return first[0];
        }
    }

    private static First first(AVFrame frame, Rendering rendering) {
        return new First(rendering.shape(frame), FrameDecoder.ticks(frame));
    }

    private String nothingThere(AVStream stream) {
        int claimed = avformat.avformat_index_get_entries_count(stream);
        return log.elsewhere()
                .orElse(
                        claimed > 0
                                ? "its index names " + claimed
                                        + " frames, none of which is in the file: it is cut off or broken"
                                : "its video stream is empty");
    }

    private String nothingDecodable(FrameDecoder decoder, AVStream stream) {
        // Looking for streams, FFmpeg complains of sound and of the container as well.
        String codec = "[" + FrameDecoder.codecName(stream);
        List<String> complaints = log.messages().stream()
                .filter(message -> message.startsWith(codec))
                .toList();
        return "no frame can be decoded: "
                + log.overLimit().or(log::elsewhere).orElseGet(() -> {
                    if (Container.isEncrypted(stream)) {
                        return PlainWords.ENCRYPTED;
                    }
                    if (complaints.isEmpty()) {
                        return decoder.errors() > 0 ? decoder.lastError() : PlainWords.BROKEN;
                    }
                    return PlainWords.of(0, complaints) + " (FFmpeg: " + complaints.get(0) + ")";
                });
    }

    /**
     * Presentation times of keyframes about {@link #SEGMENT_MICROS} apart, by the container's index; none if that does not cover
     * the stream or is out of order.
     */
    private List<Long> cuts(Container container, int index, long start, TimeBase timeBase) {
        AVStream stream = container.stream(index);
        List<Long> keyframes = keyframes(stream);
        long length = Math.max(1, timeBase.ticks(request.segmentMicros()));
        List<Long> cuts = new ArrayList<>();
        long last = start;
        for (long decodingTime : keyframes) {
            if (decodingTime - last < length) {
                continue;
            }
            Long time = presentationTime(container, index, decodingTime);
            if (time == null) {
                break;
            }
            if (time > last) {
                cuts.add(time);
                last = time;
            }
        }
        return cuts;
    }

    /** Decoding times of the keyframes that are shown, in order; empty if the index is not to be trusted. */
    private static List<Long> keyframes(AVStream stream) {
        List<Long> keyframes = new ArrayList<>();
        int count = avformat.avformat_index_get_entries_count(stream);
        long previous = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            AVIndexEntry entry = avformat.avformat_index_get_entry(stream, i);
            if (entry.timestamp() <= previous) {
                return List.of();
            }
            previous = entry.timestamp();
            if ((entry.flags() & AVIndexEntry.AVINDEX_KEYFRAME) != 0
                    && (entry.flags() & AVIndexEntry.AVINDEX_DISCARD_FRAME) == 0) {
                keyframes.add(entry.timestamp());
            }
        }
        return keyframes;
    }

    /** Null if the keyframe is not where the index says. */
    private static @Nullable Long presentationTime(Container container, int index, long decodingTime) {
        if (!container.seek(index, decodingTime)) {
            return null;
        }
        for (int i = 0; i < MAX_PACKETS_TO_KEYFRAME; i++) {
            AVPacket packet = container.read(index);
            if (packet == null || packet.dts() > decodingTime) {
                return null;
            }
            if (packet.dts() == decodingTime) {
                boolean usable =
                        (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0 && packet.pts() != avutil.AV_NOPTS_VALUE;
                return usable ? (Long) packet.pts() : null;
            }
        }
        return null;
    }

    /** The segments between the cuts that have a part in the time range. */
    static List<Segment> segments(List<Long> cuts, TimeBase timeBase, long start, Recipe.Extract extract) {
        long from = extract.fromMicros();
        long to = extract.toMicros().orElse(Long.MAX_VALUE);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i <= cuts.size(); i++) {
            long first = i == 0 ? Segment.FROM_THE_FIRST : cuts.get(i - 1);
            long end = i == cuts.size() ? Segment.TO_THE_END : cuts.get(i);
            boolean before = end != Segment.TO_THE_END && timeBase.micros(end - start) <= from;
            boolean after = first != Segment.FROM_THE_FIRST && timeBase.micros(first - start) >= to;
            if (!before && !after) {
                segments.add(new Segment(segments.size(), first, end));
            }
        }
        return segments;
    }
}
