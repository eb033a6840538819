package io.sluice.video;

import java.util.Map;
import java.util.TreeMap;

/** The hostile videos among the test assets, and what becomes of each when all its frames are wanted. */
public final class HostileVideos {
    private static final String ALLOWED =
            " (allowed: mp4, mov, mkv, webm, avi, ts, mpg, flv, ogv, gif, mxf, wmv, ivf, dv)";

    private HostileVideos() {}

    /** By the file's name: {@code failed: reason}, or the number of frames and what is to be said of those that were lost. */
    public static Map<String, String> endings() {
        Map<String, String> endings = new TreeMap<>();
        endings.put("androidx_8k_7680x4320_8frames.mp4", "failed: pictures of 7680x4320: 9437184 pixels are allowed");
        endings.put(
                "androidx_dolbyvision_dav1_unknown-codec-tag.mp4",
                "failed: no decoder for codec 'dav1', which is not known");
        endings.put("androidx_encrypted_vp9.webm", "failed: no frame can be decoded: it is encrypted");
        endings.put("androidx_fragmented_bogus-duration-143165s.mp4", "30 frames");
        endings.put("androidx_invalid_nalu.mp4", "29 frames; 1 frame could not be decoded");
        endings.put("androidx_mdat_too_long.mp4", "30 frames");
        endings.put("androidx_mpeg2_0x0_dims.ts", "failed: its video stream is empty");
        endings.put("androidx_vvc_h266.mp4", "120 frames");
        endings.put("decord_unordered_pts.mov", "4 frames");
        endings.put("derived_png_named.mp4", "failed: not a video but a picture: png" + ALLOWED);
        endings.put("derived_truncated_mp4_car_1200k.mp4", "151 frames; 226 frames could not be decoded");
        endings.put("mp4parse_chunk_out_of_range.mp4", "failed: cannot be opened: its header is broken or cut off");
        endings.put("mp4parse_fuzz_bad_timescale.mp4", "failed: no frame can be decoded: what it holds is broken");
        endings.put(
                "mp4parse_no_timescale_rotation-int64min.mp4",
                "142 frames; the rotation is no quarter turn: the nearest one is taken; 40 frames could not be decoded");
        endings.put("small_avi_1x1.avi", "failed: its video stream is empty");
        endings.put("small_mp4_no-tracks_262bytes.mp4", "failed: no video stream");
        endings.put("small_zero-bytes.ts", "failed: the file is empty");
        return endings;
    }
}
