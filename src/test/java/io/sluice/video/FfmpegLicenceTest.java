package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

class FfmpegLicenceTest {
    @Test
    void every_library_of_ffmpeg_is_under_the_lgpl() {
        for (BytePointer licence : List.of(
                avcodec.avcodec_license(),
                avfilter.avfilter_license(),
                avformat.avformat_license(),
                avutil.avutil_license(),
                swscale.swscale_license())) {
            assertThat(licence.getString()).startsWith("LGPL ");
        }
        String configuration = avcodec.avcodec_configuration().getString();
        assertThat(configuration).doesNotContain("--enable-gpl").doesNotContain("--enable-nonfree");
    }
}
