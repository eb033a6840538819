package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.video.FrameSequence.Neighbours;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;

class FrameSequenceTest {
    private static final Segment MIDDLE = new Segment(1, 20, 40);

    private final List<String> shown = new ArrayList<>();

    @Test
    void frames_of_progressive_video_are_handed_on_at_once_and_alone() {
        try (FrameSequence sequence =
                new FrameSequence(MIDDLE, new TimeBase(1, 10), 10, Neighbours.of(avcodec.AV_FIELD_PROGRESSIVE))) {
            next(sequence, 10, false);
            next(sequence, 20, false);
            assertThat(shown).containsExactly("10/0 0 BEFORE null null", "20/0 1000000 WITHIN null null");
            next(sequence, 20, false);
            next(sequence, 40, false);
            assertThat(shown.subList(2, 4))
                    .containsExactly("20/1 1000000 WITHIN null null", "40/0 3000000 AFTER null null");
        }
    }

    @Test
    void an_interlaced_frame_waits_for_the_next_one_and_knows_the_one_before() {
        try (FrameSequence sequence =
                new FrameSequence(MIDDLE, new TimeBase(1, 10), 10, Neighbours.of(avcodec.AV_FIELD_UNKNOWN))) {
            next(sequence, 10, false);
            next(sequence, 20, true);
            assertThat(shown).hasSize(1);
            next(sequence, 30, true);
            assertThat(shown.subList(1, shown.size())).containsExactly("20/0 1000000 WITHIN 10 30");
            sequence.end(this::accept);
            assertThat(shown.subList(2, shown.size())).containsExactly("30/0 2000000 WITHIN 20 null");
        }
    }

    @Test
    void the_streams_field_order_makes_every_frame_interlaced() {
        try (FrameSequence sequence =
                new FrameSequence(MIDDLE, new TimeBase(1, 10), 10, Neighbours.of(avcodec.AV_FIELD_TT))) {
            next(sequence, 10, false);
            next(sequence, 20, false);
            assertThat(shown).containsExactly("10/0 0 BEFORE null 20");
        }
    }

    @Test
    void a_frame_without_a_time_lies_where_the_one_before_it_does() {
        try (FrameSequence sequence =
                new FrameSequence(MIDDLE, new TimeBase(1, 10), 10, Neighbours.of(avcodec.AV_FIELD_PROGRESSIVE))) {
            next(sequence, avutil.AV_NOPTS_VALUE, false);
            next(sequence, 30, false);
            next(sequence, avutil.AV_NOPTS_VALUE, false);
            long none = avutil.AV_NOPTS_VALUE;
            assertThat(shown)
                    .containsExactly(
                            none + "/0 0 BEFORE null null",
                            "30/0 2000000 WITHIN null null",
                            none + "/1 2000000 WITHIN null null");
        }
    }

    private void next(FrameSequence sequence, long ticks, boolean interlaced) {
        AVFrame frame = avutil.av_frame_alloc();
        frame.pts(ticks);
        frame.best_effort_timestamp(ticks);
        frame.flags(interlaced ? AVFrame.AV_FRAME_FLAG_INTERLACED : 0);
        assertThat(sequence.next(frame, this::accept)).isTrue();
        avutil.av_frame_free(frame);
    }

    private boolean accept(ShownFrame frame) {
        ShownFrame.Position position = frame.position();
        AVFrame previous = frame.previous();
        AVFrame next = frame.next();
        shown.add(position.ticks() + "/" + position.ordinal() + " " + position.micros() + " " + position.place() + " "
                + (previous == null ? null : previous.pts()) + " " + (next == null ? null : next.pts()));
        return true;
    }
}
