package io.sluice.world;

import io.sluice.video.VideoWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Renders videos frame by frame, with truth. The same arguments give the same pixels on the same Java version, whatever the
 * number of threads.
 */
public final class World {
    private static final double LONGEST_WALK = 1.6;

    private World() {}

    /**
     * Renders a video from a seed.
     *
     * @param sink is given each frame in order, on the calling thread
     */
    public static void render(long seed, Look look, Settings settings, Consumer<RenderedFrame> sink) {
        render(
                SceneScript.random(seed, look, settings.framesPerSecond(), settings.seconds()),
                settings.width(),
                settings.height(),
                true,
                sink);
    }

    /**
     * Renders a script.
     *
     * @param clean whether frames with words come with the same frame without
     * @param sink is given each frame in order, on the calling thread
     */
    public static void render(SceneScript script, int width, int height, boolean clean, Consumer<RenderedFrame> sink) {
        int threads = Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "world");
            thread.setDaemon(true);
            return thread;
        });
        ThreadLocal<Renderer> renderers = ThreadLocal.withInitial(() -> new Renderer(width, height));
        try {
            Deque<Future<RenderedFrame>> running = new ArrayDeque<>();
            int before = 0;
            Dice dice = Dice.of(script.seed(), -2);
            Shooting.Overlay mark = script.watermark() ? Shooting.Overlay.watermark(script.look(), dice, true) : null;
            for (int i = 0; i < script.shots().size(); i++) {
                Take take = new Take(script, i, before, height, mark);
                for (int frame = 0; frame < take.shot.frames(); frame++) {
                    int number = frame;
                    running.add(workers.submit(() -> take.frame(renderers.get(), number, clean)));
                    if (running.size() >= 3 * threads) {
                        sink.accept(result(running.remove()));
                    }
                }
                before += take.shot.frames();
            }
            while (!running.isEmpty()) {
                sink.accept(result(running.remove()));
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /**
     * Renders a script into an MP4 file; the first frame of each shot is a keyframe.
     *
     * @throws io.sluice.video.VideoException if the file cannot be written
     */
    public static RenderedVideo film(SceneScript script, int width, int height, Path file) {
        List<FrameTruth> truth = new ArrayList<>();
        try (VideoWriter writer = new VideoWriter(file, width, height, script.framesPerSecond())) {
            render(script, width, height, false, frame -> {
                boolean cut = truth.isEmpty()
                        || truth.get(truth.size() - 1).shot() != frame.truth().shot();
                writer.write(frame.picture(), cut);
                truth.add(frame.truth());
            });
        }
        return new RenderedVideo(file, script, truth);
    }

    private static RenderedFrame result(Future<RenderedFrame> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while rendering", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a frame cannot be rendered: " + e.getCause(), e.getCause());
        }
    }

    /** A shot with its scene; frames may be asked for in any order and by any thread. */
    static final class Take {
        private final SceneScript script;
        private final SceneScript.Shot shot;
        private final int index;
        private final int before;
        private final int height;
        private final Scene scene;
        private final Shooting.@Nullable Overlay mark;
        private final Shooting.Overlay subtitle;
        private final double angle;
        private final double vignette;

        Take(SceneScript script, int index, int before, int height, Shooting.@Nullable Overlay mark) {
            this.script = script;
            this.shot = script.shots().get(index);
            this.index = index;
            this.before = before;
            this.height = height;
            this.mark = mark;
            Dice dice = Dice.of(script.seed(), shot.seed());
            this.scene = shot.place() == Place.STREET
                    ? Street.shot(script.look(), dice, shot.cast())
                    : Room.shot(script.look(), dice, shot.cast());
            this.subtitle = Shooting.Overlay.subtitle(script.look(), dice);
            this.angle = dice.between(-0.5, 0.5);
            this.vignette = dice.between(0.12, 0.3);
            scene.to = destination(scene.from, dice);
        }

        private Camera destination(Camera from, Dice dice) {
            double seconds = shot.frames() / (double) script.framesPerSecond();
            double turn = dice.side() * dice.between(0.04, 0.09) * seconds;
            double closer = dice.between(0.82, 0.92);
            double way = Math.min(LONGEST_WALK, 0.45 * seconds) * (shot.place() == Place.ROOM ? 0.5 : 1);
            return switch (shot.move()) {
                case STILL -> from;
                case PAN ->
                    new Camera(from.x(), from.y(), from.z(), from.yaw() + turn, from.pitch(), from.fieldOfView());
                case ZOOM ->
                    new Camera(from.x(), from.y(), from.z(), from.yaw(), from.pitch(), from.fieldOfView() * closer);
                case WALK ->
                    new Camera(
                            from.x() + way * StrictMath.sin(from.yaw()),
                            from.y(),
                            from.z() + way * StrictMath.cos(from.yaw()),
                            from.yaw(),
                            from.pitch(),
                            from.fieldOfView());
            };
        }

        /** Frames of the shot's time that have gone by at a frame: the clock stands during still stretches. */
        private int clock(int frame) {
            int gone = frame;
            for (SceneScript.Span span : shot.spans()) {
                if (span.event() == SceneScript.Event.STILL && frame > span.from()) {
                    gone -= Math.min(frame, span.to() - 1) - span.from();
                }
            }
            return gone;
        }

        RenderedFrame frame(Renderer renderer, int frame, boolean clean) {
            double scale = height / 360.0;
            FrameTruth.Blur blur = FrameTruth.Blur.NONE;
            String exposure = Shooting.NORMAL;
            double gain = 1;
            int still = -1;
            for (int i = 0; i < shot.spans().size(); i++) {
                SceneScript.Span span = shot.spans().get(i);
                if (frame < span.from() || frame >= span.to()) {
                    continue;
                }
                switch (span.event()) {
                    case STILL -> still = before + span.from();
                    case MOTION_BLUR -> blur = new FrameTruth.Blur("motion", span.strength() * scale);
                    case DEFOCUS -> blur = new FrameTruth.Blur("defocus", span.strength() * scale);
                    case UNDER -> {
                        exposure = Shooting.UNDER;
                        gain = span.strength();
                    }
                    case OVER -> {
                        exposure = Shooting.OVER;
                        gain = span.strength();
                    }
                }
            }
            SceneScript.Span spoken = shot.subtitle();
            boolean subtitled = spoken != null && frame >= spoken.from() && frame < spoken.to();
            Shooting shooting = new Shooting(
                    blur,
                    angle,
                    exposure,
                    gain,
                    shot.noise(),
                    Dice.mix(script.seed() + before + frame),
                    vignette,
                    subtitled ? subtitle : null,
                    mark);
            int clock = clock(frame);
            double part = shot.frames() == 1 ? 0 : clock / (shot.frames() - 1.0);
            boolean plain = blur.kind().equals("none") && exposure.equals(Shooting.NORMAL);
            return renderer.render(
                    scene,
                    clock / (double) script.framesPerSecond(),
                    part,
                    shooting,
                    before + frame,
                    index,
                    plain ? still : -1,
                    clean);
        }
    }
}
