package io.sluice.bench;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.PerceptualHash;
import io.sluice.model.Model;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.select.Decision;
import io.sluice.select.Selector;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Measurement;
import io.sluice.stage.Stage;
import io.sluice.stage.aesthetic.AestheticStage;
import io.sluice.stage.aesthetic.PhotographicQuality;
import io.sluice.stage.blur.BlurStage;
import io.sluice.stage.blur.SharpnessMeasure;
import io.sluice.stage.caption.CaptionStage;
import io.sluice.stage.detect.DetectStage;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.video.ExtractedFrame;
import io.sluice.video.ExtractionFingerprint;
import io.sluice.video.InProcessDecoder;
import io.sluice.video.VideoPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code curate} does for one video, as a loop in one thread: decode in this process, encode, store, measure, select, write.
 * No messages, no catalogue, no child process, nothing that a restart could go on from. Each frame is encoded once, decoded once
 * and measured at once; with a recipe whose stages change no picture.
 */
public final class TightLoop {
    private final Recipe recipe;
    private final Path out;
    private final FolderFrameStore store;
    private final Models models;
    private final PhotographicQuality quality = new PhotographicQuality();
    private final Stage blur;
    private final Stage detect;
    private final Stage aesthetic;
    private final Stage caption;
    private final List<Frame> measured = new ArrayList<>();

    private TightLoop(Recipe recipe, Path out, Path modelFolder) {
        this.recipe = recipe;
        this.out = out;
        this.store = new FolderFrameStore(out.resolve("frames"));
        this.models = new Models(
                new ModelFolder(modelFolder, Kinds.ALL),
                new OnnxRuntime(Device.AUTO, Runtime.getRuntime().availableProcessors()));
        // The stages judge here; they would measure with the same calls as below.
        FrameImages images = new FrameImages(store, 0);
        this.blur = new BlurStage(images);
        FrameEmbeddings embeddings = new FrameEmbeddings(models, store, images);
        this.detect = new DetectStage(models, images, embeddings);
        this.aesthetic = new AestheticStage(images, quality, models, embeddings);
        this.caption = new CaptionStage(images, models);
    }

    /** Arguments: video, folder for frames and pictures, folder of models, and settings of the recipe as {@code key=value}. */
    public static void main(String[] args) throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 3; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        Recipe recipe = RecipeReader.read("", settings);
        new TightLoop(recipe, Path.of(args[1]), Path.of(args[2])).run(Path.of(args[0]));
    }

    private void run(Path video) throws Exception {
        VideoId id = identify(video);
        InProcessDecoder decoder = new InProcessDecoder();
        VideoPlan plan = decoder.plan(video, recipe.extract());
        String rendition = ExtractionFingerprint.rendition(recipe).value();
        Optional<Model<Image, List<Detection>>> detector =
                RecipeRequirements.roles(recipe).contains(Role.DETECT)
                        ? models.model(Role.DETECT, recipe.detect().method())
                        : Optional.empty();
        decoder.extract(video, plan, recipe, extracted -> measure(id, plan, rendition, detector, extracted));
        write();
        models.close();
    }

    private void measure(
            VideoId video,
            VideoPlan plan,
            String rendition,
            Optional<Model<Image, List<Detection>>> detector,
            ExtractedFrame extracted) {
        FrameId id = FrameId.of(video, plan.stream(), extracted.ticks(), extracted.ordinal());
        ImageRef ref = store.put(
                id, rendition, extracted.encoded(), extracted.mediaType(), extracted.width(), extracted.height());
        Frame frame = new Frame(id, video, 0, extracted.timeMicros(), ref, List.of());
        Image image = ImageCodec.decode(extracted.encoded());
        frame = frame.with(SharpnessMeasure.of(image));
        if (blur.judge(recipe, frame).isPresent()) {
            return;
        }
        frame = frame.with(
                detector.isPresent()
                        ? new Detections(
                                detector.get().id(),
                                detector.get().infer(List.of(image)).get(0))
                        : new Detections(Detections.NO_MODEL, List.of()));
        if (detect.judge(recipe, frame).isPresent()) {
            return;
        }
        double score = quality.infer(List.of(image)).get(0);
        frame = frame.with(new AestheticScore(
                quality.id(), Annotation.round(score), PerceptualHash.hex(PerceptualHash.of(image))));
        if (aesthetic.judge(recipe, frame).isEmpty()) {
            measured.add(frame);
        }
    }

    private void write() throws IOException {
        Set<FrameId> kept = new Selector()
                .select(recipe, measured).stream()
                        .filter(decision -> decision.rejection().isEmpty())
                        .map(Decision::frame)
                        .collect(Collectors.toSet());
        Path pictures = Files.createDirectories(out.resolve("pictures"));
        for (Frame frame : measured) {
            if (!kept.contains(frame.id())) {
                continue;
            }
            Frame cleaned = frame.with(new Removal(Removal.NOTHING, 0, List.of(), List.of()));
            Measurement.Measured captioned = (Measurement.Measured)
                    caption.measure(recipe, List.of(cleaned)).get(0);
            Files.writeString(pictures.resolve(frame.id() + ".txt"), ((Caption) captioned.annotation()).text());
            Files.write(pictures.resolve(frame.id() + ".jpg"), store.get(frame.image()));
        }
    }

    private static VideoId identify(Path video) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(video), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return new VideoId(HexFormat.of().formatHex(digest.digest()));
    }
}
