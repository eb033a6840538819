package io.sluice.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.video.DecoderLimits;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderSettingsTest {

    private static Settings.Decoder settings(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class)
                .decoder();
    }

    @Test
    void the_defaults_are_those_of_the_decoder() {
        Settings.Decoder defaults = settings(Map.of());
        assertThat(DecoderSettings.limits(defaults)).isEqualTo(DecoderLimits.DEFAULT);
        assertThat(DecoderSettings.processes(defaults)).isEqualTo(1);
    }

    @Test
    void every_limit_has_its_key() {
        Settings.Decoder all = settings(Map.ofEntries(
                Map.entry("sluice.decoder.processes", "3"),
                Map.entry("sluice.decoder.max-heap", "64M"),
                Map.entry("sluice.decoder.max-memory", "1G"),
                Map.entry("sluice.decoder.stall-time", "5s"),
                Map.entry("sluice.decoder.max-file-size", "10K"),
                Map.entry("sluice.decoder.max-pixels", "101"),
                Map.entry("sluice.decoder.max-duration", "90m"),
                Map.entry("sluice.decoder.max-frames", "102"),
                Map.entry("sluice.decoder.max-streams", "7"),
                Map.entry("sluice.decoder.max-decode-seconds-per-second", "0.5"),
                Map.entry("sluice.decoder.decode-floor", "1500ms")));

        assertThat(DecoderSettings.limits(all))
                .isEqualTo(
                        new DecoderLimits(64, 1024, 5, 101, 10 * 1024, 90L * 60 * 1_000_000, 102, 7, 0.5, 1_500_000));
        assertThat(DecoderSettings.processes(all)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "processes | 0 | processes is 0: allowed is 1 to 1024",
                "max-heap | 1M | max-heap is 1048576 bytes: allowed is 32M or more, as in 3G",
                "max-memory | 100M | max-memory is 104857600 bytes: allowed is 256M or more, as in 3G",
                "stall-time | 0s | stall-time is 0s: allowed is 1s to 86400s, as in 90s, 2m or 24h",
                "max-file-size | 0 | max-file-size is 0 bytes: allowed is 1 or more, as in 3G",
                "max-pixels | 1000000000 | max-pixels is 1000000000: allowed is 1 to 536870912",
                "max-duration | 500ms | max-duration is 0.5s: allowed is 1s to 3153600000s, as in 90s, 2m or 24h",
                "max-frames | -5 | max-frames is -5: allowed is 1 or more",
                "max-streams | 0 | max-streams is 0: allowed is 1 to 1000000",
                "max-decode-seconds-per-second | NaN | max-decode-seconds-per-second is NaN: allowed is more than 0, up to 1000000",
                "decode-floor | 0s | decode-floor is 0s: allowed is 0.001s to 3153600000s, as in 90s, 2m or 24h",
            })
    void a_setting_out_of_its_range_is_named_with_what_is_allowed(String key, String value, String message) {
        Settings.Decoder wrong = settings(Map.of("sluice.decoder." + key, value));
        assertThatThrownBy(() -> {
                    DecoderSettings.processes(wrong);
                    DecoderSettings.limits(wrong);
                })
                .isInstanceOf(SettingsException.class)
                .hasMessage("setting sluice.decoder." + message);
    }
}
