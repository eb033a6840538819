package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.recipe.Recipe;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GridTest {
    @Test
    void ticks_become_microseconds_rounded_to_the_nearest() {
        TimeBase thirtieth = new TimeBase(1, 30);
        assertThat(thirtieth.micros(1)).isEqualTo(33_333);
        assertThat(thirtieth.micros(2)).isEqualTo(66_667);
        assertThat(thirtieth.micros(-1)).isEqualTo(-33_333);
        assertThat(new TimeBase(1001, 24000).micros(24000)).isEqualTo(1_001_000_000);
    }

    @Test
    void ticks_beyond_what_a_long_holds_saturate() {
        TimeBase seconds = new TimeBase(1000, 1);
        assertThat(seconds.micros(Long.MAX_VALUE / 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(seconds.micros(Long.MIN_VALUE / 2)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void cells_are_anchored_at_the_streams_start() {
        Grid grid = new Grid(new TimeBase(1, 90_000), 137_250, 2);
        assertThat(grid.cell(137_250)).isZero();
        assertThat(grid.cell(137_250 + 44_900)).isZero();
        assertThat(grid.cell(137_250 + 45_000)).isEqualTo(1);
        assertThat(grid.cell(137_250 - 900)).isEqualTo(-1);
    }

    @Test
    void each_frame_of_24_a_second_in_whole_milliseconds_has_its_own_cell_on_a_grid_of_24() {
        Grid grid = new Grid(new TimeBase(1, 1000), 0, 24);
        List<Long> cells = LongStream.range(0, 2400)
                .map(k -> grid.cell(Math.round(k * 1000 / 24.0)))
                .boxed()
                .toList();
        assertThat(cells).isEqualTo(LongStream.range(0, 2400).boxed().toList());
    }

    @Test
    void segments_outside_the_time_range_are_not_planned() {
        TimeBase millis = new TimeBase(1, 1000);
        Recipe.Extract range = Videos.extract(Recipe.Mode.RATE, 1, 10_000_000, Optional.of(20_000_000L));
        assertThat(SegmentCuts.segments(List.of(10_100L, 20_100L, 30_100L), millis, 100, range))
                .containsExactly(new Segment(0, 10_100, 20_100));
        assertThat(SegmentCuts.segments(List.of(), millis, 100, range))
                .containsExactly(new Segment(0, Segment.FROM_THE_FIRST, Segment.TO_THE_END));
    }

    @Test
    void a_limit_divides_the_range_into_as_many_cells_if_those_are_longer() {
        TimeBase millis = new TimeBase(1, 1000);
        // 20 s from second 10 on, at most 8 frames: cells of 2.5 s.
        Grid even = Grid.of(millis, 500, 40_000_000, limited(2, 8, 10_000_000, Optional.of(30_000_000L)));
        assertThat(even.even()).isTrue();
        assertThat(LongStream.of(10_000, 12_499, 12_500, 27_500, 29_999).map(t -> even.cell(500 + t)))
                .containsExactly(0L, 0L, 1L, 7L, 7L);
        Grid fine = Grid.of(millis, 500, 40_000_000, limited(2, 50, 10_000_000, Optional.of(30_000_000L)));
        assertThat(fine.even()).isFalse();
        assertThat(fine.cell(500 + 10_499)).isEqualTo(20);
        assertThat(fine.cell(500 + 10_500)).isEqualTo(21);
    }

    @Test
    void the_last_cell_of_a_limit_goes_on_for_ever() {
        TimeBase millis = new TimeBase(1, 1000);
        Grid even = Grid.of(millis, 0, 10_000_000, limited(2, 8, 0, Optional.empty()));
        assertThat(even.cell(3_600_000)).isEqualTo(7);
        // Claims 3 s, for which 8 frames would be more than enough.
        Grid lying = Grid.of(millis, 0, 3_000_000, limited(2, 8, 0, Optional.empty()));
        assertThat(LongStream.range(0, 100)
                        .map(second -> lying.cell(1000 * second))
                        .distinct())
                .hasSize(5)
                .endsWith(7L);
    }

    @Test
    void cells_of_the_minimum_are_made_of_whole_cells() {
        TimeBase millis = new TimeBase(1, 1000);
        Grid grid = Grid.of(millis, 0, 0, Videos.extract(Recipe.Mode.RATE, 0.3, 1, 0, Optional.empty()));
        assertThat(grid.hasMinimum()).isTrue();
        assertThat(LongStream.range(0, 12).map(grid::coarseCell))
                .containsExactly(0L, 0L, 0L, 0L, 1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L);
        Grid every = Grid.of(millis, 0, 0, Videos.extract(Recipe.Mode.RATE, 1, 1, 0, Optional.empty()));
        assertThat(every.hasMinimum()).isFalse();
    }

    private static Recipe.Extract limited(double maxFps, int limit, long fromMicros, Optional<Long> toMicros) {
        return new Recipe.Extract(
                Recipe.Mode.RATE,
                OptionalDouble.empty(),
                maxFps,
                fromMicros,
                toMicros,
                OptionalInt.of(limit),
                1,
                false);
    }
}
