package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.recipe.Recipe;
import java.util.List;
import java.util.Optional;
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
        assertThat(Planner.segments(List.of(10_100L, 20_100L, 30_100L), millis, 100, range))
                .containsExactly(new Segment(0, 10_100, 20_100));
        assertThat(Planner.segments(List.of(), millis, 100, range))
                .containsExactly(new Segment(0, Segment.FROM_THE_FIRST, Segment.TO_THE_END));
    }
}
