package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Finds out what a video is, that at least one picture of it can be decoded, and where it can be cut. */
final class Planner {
    /** Length of a segment, about: long enough that its start costs little, short enough to be redone after a crash. */
    static final long SEGMENT_MICROS = 10_000_000;

    /** Where frames from before a segment have to be decoded, and some from after, segments are so many times as long. */
    private static final int LOOKBACK_FACTOR = 6;

    /** So many cells of the grid are looked back over. */
    private static final int LOOKBACK_CELLS = 2;

    /** A long video has longer segments, because of each the container is opened and its index read again. */
    private static final int MOST_SEGMENTS = 600;

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
            if (request.extract().limit().isPresent()) {
                duration = measuredDuration(container, index, start, timeBase, duration);
            }
            if (ToneMapping.isDolbyVisionAlone(stream.codecpar())) {
                warnings.add("Dolby Vision without a picture for other screens: its colours are wrong");
            }
            List<Long> cuts = SegmentCuts.find(container, index, start, timeBase, segmentMicros(stream, duration));
            Crop crop = request.extract().cropBlackBars()
                    ? new BarProbe(container, index, request.limits(), progress, failPoint)
                            .crop(start, timeBase.ticks(duration), first.shape())
                    : null;
            return new VideoPlan(
                    container.format(),
                    FrameDecoder.codecName(stream),
                    index,
                    timeBase.numerator(),
                    timeBase.denominator(),
                    start,
                    duration,
                    crop == null ? first.shape().width() : crop.width(),
                    crop == null ? first.shape().height() : crop.height(),
                    first.shape().orientation().rotationDegrees(),
                    crop,
                    SegmentCuts.segments(cuts, timeBase, start, request.extract()),
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

    /**
     * Up to the end of the last frame: because containers claim what they like, and a limit spreads its frames over this. Read
     * from the claimed end on, without decoding; from the start on if nothing is found there.
     */
    private static long measuredDuration(
            Container container, int index, long start, TimeBase timeBase, long claimedMicros) {
        long end = start;
        for (long from : new long[] {start + timeBase.ticks(claimedMicros), start}) {
            boolean reached = container.seek(index, from);
            for (AVPacket packet = container.read(index); packet != null; packet = container.read(index)) {
                long time = Packets.time(packet);
                if (time != avutil.AV_NOPTS_VALUE) {
                    end = Math.max(end, time + Math.max(0, packet.duration()));
                }
            }
            if (end > start || !reached) {
                break;
            }
        }
        return end > start ? timeBase.micros(end - start) : claimedMicros;
    }

    private long segmentMicros(AVStream stream, long durationMicros) {
        Recipe.Extract extract = request.extract();
        boolean looksBack = extract.mode() == Recipe.Mode.SCENE
                || extract.mode() == Recipe.Mode.RATE && extract.minFps().isPresent()
                || !extract.decodesKeyframesOnly()
                        && FrameSequence.Neighbours.of(stream.codecpar().field_order()) == FrameSequence.Neighbours.ALL;
        double cells = extract.mode() == Recipe.Mode.RATE && extract.minFps().isPresent() ? LOOKBACK_CELLS : 0;
        long length = Math.max(request.segmentMicros(), (long) (1e6 * cells / extract.maxFps()));
        return Math.max(length, durationMicros / MOST_SEGMENTS) * (looksBack ? LOOKBACK_FACTOR : 1);
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
        try (FrameDecoder decoder =
                        new FrameDecoder(stream, request.limits(), 1, false, progress, failPoint, HardwareDevice.NONE);
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
}
