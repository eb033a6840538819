package io.sluice.video;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** Makes small videos of large ones: the first packets of the video stream, copied. */
final class Heads {
    private Heads() {}

    /**
     * @param muxer FFmpeg's name of the container's writer
     * @param bytes of packets, about
     * @throws IllegalStateException if FFmpeg cannot read the one or write the other
     */
    static Path copy(Path video, String muxer, Path target, int bytes) {
        AVFormatContext input = new AVFormatContext(null);
        check(avformat.avformat_open_input(input, video.toString(), null, (AVDictionary) null), video);
        check(avformat.avformat_find_stream_info(input, (AVDictionary) null), video);
        int index = check(
                avformat.av_find_best_stream(
                        input, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (org.bytedeco.ffmpeg.avcodec.AVCodec) null, 0),
                video);
        AVFormatContext output = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(output, null, muxer, target.toString()), target);
        output.flags(output.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVStream read = input.streams(index);
        AVStream written = avformat.avformat_new_stream(output, null);
        check(avcodec.avcodec_parameters_copy(written.codecpar(), read.codecpar()), target);
        written.codecpar().codec_tag(0);
        written.time_base(read.time_base());
        AVIOContext file = new AVIOContext(null);
        check(avformat.avio_open(file, target.toString(), avformat.AVIO_FLAG_WRITE), target);
        output.pb(file);
        check(avformat.avformat_write_header(output, (AVDictionary) null), target);
        AVPacket packet = avcodec.av_packet_alloc();
        int taken = 0;
        while (taken < bytes && avformat.av_read_frame(input, packet) >= 0) {
            if (packet.stream_index() == index) {
                taken += packet.size();
                packet.stream_index(0);
                packet.pos(-1);
                avcodec.av_packet_rescale_ts(packet, read.time_base(), written.time_base());
                check(avformat.av_interleaved_write_frame(output, packet), target);
            }
            avcodec.av_packet_unref(packet);
        }
        check(avformat.av_write_trailer(output), target);
        avcodec.av_packet_free(packet);
        avformat.avformat_close_input(input);
        avformat.avio_closep(file);
        avformat.avformat_free_context(output);
        return target;
    }

    private static int check(int result, Path file) {
        if (result < 0) {
            throw new IllegalStateException("'" + file + "': " + FfmpegLog.text(result));
        }
        return result;
    }
}
