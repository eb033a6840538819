package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** Makes longer and shorter videos of a video, by copying packets of its video stream: no picture is decoded or encoded. */
final class Remux {
    private Remux() {}

    /**
     * @param times that the video is repeated
     * @param packets of each repetition at most
     * @throws IOException if FFmpeg cannot read the one or write the other
     */
    static void repeat(Path video, Path target, int times, long packets) throws IOException {
        AVFormatContext output = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(output, null, (String) null, target.toString()), target);
        try (AVPacket packet = avcodec.av_packet_alloc()) {
            AVStream written = null;
            long shift = 0;
            for (int i = 0; i < times; i++) {
                AVFormatContext input = new AVFormatContext(null);
                check(avformat.avformat_open_input(input, video.toString(), null, (AVDictionary) null), video);
                check(avformat.avformat_find_stream_info(input, (AVDictionary) null), video);
                int index = check(
                        avformat.av_find_best_stream(
                                input,
                                avutil.AVMEDIA_TYPE_VIDEO,
                                -1,
                                -1,
                                (org.bytedeco.ffmpeg.avcodec.AVCodec) null,
                                0),
                        video);
                AVStream read = input.streams(index);
                if (written == null) {
                    written = begin(output, read, target);
                }
                long end = 0;
                long last = 0;
                long first = 0;
                long count = 0;
                while (count < packets && avformat.av_read_frame(input, packet) >= 0) {
                    if (packet.stream_index() == index) {
                        // The last packet often has no duration: it lasts as long as the one before.
                        end = packet.dts() + Math.max(packet.duration(), packet.dts() - last);
                        last = packet.dts();
                        // Below zero where pictures are shown in another order than they are decoded in.
                        first = count == 0 ? last : first;
                        packet.dts(packet.dts() + shift);
                        packet.pts(packet.pts() + shift);
                        packet.stream_index(0);
                        packet.pos(-1);
                        avcodec.av_packet_rescale_ts(packet, read.time_base(), written.time_base());
                        check(avformat.av_interleaved_write_frame(output, packet), target);
                        count++;
                    }
                    avcodec.av_packet_unref(packet);
                }
                shift += end - first;
                avformat.avformat_close_input(input);
            }
            check(avformat.av_write_trailer(output), target);
        } finally {
            avformat.avio_close(output.pb());
            avformat.avformat_free_context(output);
        }
    }

    private static AVStream begin(AVFormatContext output, AVStream read, Path target) throws IOException {
        AVStream stream = avformat.avformat_new_stream(output, null);
        check(avcodec.avcodec_parameters_copy(stream.codecpar(), read.codecpar()), target);
        stream.codecpar().codec_tag(0);
        stream.time_base(read.time_base());
        AVIOContext file = new AVIOContext(null);
        check(avformat.avio_open(file, target.toString(), avformat.AVIO_FLAG_WRITE), target);
        output.pb(file);
        check(avformat.avformat_write_header(output, (AVDictionary) null), target);
        return stream;
    }

    private static int check(int result, Path file) throws IOException {
        if (result < 0) {
            byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
            avutil.av_strerror(result, text, text.length);
            throw new IOException(
                    "'" + file + "': " + new String(text, java.nio.charset.StandardCharsets.UTF_8).replace("\0", ""));
        }
        return result;
    }
}
