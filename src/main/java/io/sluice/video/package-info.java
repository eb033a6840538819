/**
 * Videos to frames. The application talks to {@link io.sluice.video.Decoders}; all that touches a video's bytes runs in a child
 * JVM ({@code DecoderMain}), so that a native crash, a hang or an allocation without end costs one video and not the service.
 *
 * <p>The child uses FFmpeg's C interface through JavaCPP and not JavaCV's frame grabber: the grabber shows frames only, while
 * this package needs the times and flags of packets (keyframes without decoding the rest, cells taken before a segment), the
 * container's keyframe index, side data (display matrix), and the protocol and container lists when a file is opened.
 *
 * <p>The invariant: which frames are delivered, with which times, ids and bytes, depends on the video, the recipe and nothing
 * else: not on how the video is cut into segments, nor on threads, nor on what the child did before.
 *
 * <p>{@code Decoders} is thread-safe and each call occupies one child; everything in the child runs on its main thread, save
 * FFmpeg's own threads, those that render chosen frames ({@code Delivery}), and the one that waits for the parent's end.
 */
@NullMarked
package io.sluice.video;

import org.jspecify.annotations.NullMarked;
