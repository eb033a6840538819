package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Where a video can be cut: at keyframes that its container names in an index, each of which was gone to and found there. MP4 has
 * a table of all samples, Matroska has cues; of other containers the index is made up while reading, or not to be trusted.
 */
final class SegmentCuts {
    private static final Set<String> WITH_INDEX = Set.of(Container.MOV, Container.MATROSKA);

    /** A keyframe that the index names is there within so many packets after a seek to it, or the index is not trusted. */
    private static final int MAX_PACKETS_TO_KEYFRAME = 3000;

    private SegmentCuts() {}

    /**
     * Presentation times of keyframes at least {@code micros} apart; none if the index is out of order. What lies after the last
     * keyframe that was found is one segment.
     */
    static List<Long> find(Container container, int index, long start, TimeBase timeBase, long micros) {
        if (!WITH_INDEX.contains(container.format())) {
            return List.of();
        }
        // Cues are read when they are needed for the first time.
        if (!container.seek(index, start)) {
            return List.of();
        }
        long length = Math.max(1, timeBase.ticks(micros));
        List<Long> cuts = new ArrayList<>();
        long last = start;
        for (Keyframe keyframe : keyframes(container.stream(index))) {
            if (keyframe.time() - last < length) {
                continue;
            }
            Long time = presentationTime(container, index, keyframe);
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

    /**
     * A keyframe as the index has it.
     *
     * @param time decoding time in MP4, presentation time in Matroska
     * @param shown a time at which it has been shown, as far as one can tell without reading it
     */
    private record Keyframe(long time, long shown) {}

    /** The keyframes that are shown, in order; empty if the index is not to be trusted. */
    private static List<Keyframe> keyframes(AVStream stream) {
        List<Keyframe> keyframes = new ArrayList<>();
        int count = avformat.avformat_index_get_entries_count(stream);
        // Of pictures that are decoded before they are shown, none waits longer.
        int delay = stream.codecpar().video_delay();
        int keyframe = -1;
        long time = Long.MIN_VALUE;
        long previous = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            AVIndexEntry entry = avformat.avformat_index_get_entry(stream, i);
            if (entry.timestamp() <= previous) {
                return List.of();
            }
            boolean key = (entry.flags() & AVIndexEntry.AVINDEX_KEYFRAME) != 0
                    && (entry.flags() & AVIndexEntry.AVINDEX_DISCARD_FRAME) == 0;
            if (keyframe >= 0 && key) {
                keyframes.add(new Keyframe(time, previous));
                keyframe = -1;
            }
            if (key) {
                keyframe = i;
                time = entry.timestamp();
            }
            if (keyframe >= 0 && i == keyframe + delay) {
                keyframes.add(new Keyframe(time, entry.timestamp()));
                keyframe = -1;
            }
            previous = entry.timestamp();
        }
        if (keyframe >= 0) {
            keyframes.add(new Keyframe(time, previous));
        }
        return keyframes;
    }

    /** Null if the keyframe is not where the index says. */
    private static @Nullable Long presentationTime(Container container, int index, Keyframe keyframe) {
        Long time = presentationTime(container, index, keyframe, keyframe.shown());
        return time != null ? time : presentationTime(container, index, keyframe, keyframe.time());
    }

    private static @Nullable Long presentationTime(Container container, int index, Keyframe keyframe, long near) {
        if (!container.seek(index, near)) {
            return null;
        }
        boolean byShown = container.format().equals(Container.MATROSKA);
        for (int i = 0; i < MAX_PACKETS_TO_KEYFRAME; i++) {
            AVPacket packet = container.read(index);
            if (packet == null) {
                return null;
            }
            long time = byShown ? Packets.time(packet) : Packets.decodingTime(packet);
            if (time == keyframe.time()) {
                boolean usable =
                        (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0 && packet.pts() != avutil.AV_NOPTS_VALUE;
                return usable ? (Long) packet.pts() : null;
            }
            if (byShown || time > keyframe.time()) {
                return null;
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
