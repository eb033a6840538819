package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.store.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes videos into datasets. The same video twice in one dataset is one video. Thread-safe. */
public final class Arrivals {
    private final Catalogue catalogue;
    private final Publisher publisher;

    public Arrivals(Catalogue catalogue, Publisher publisher) {
        this.catalogue = catalogue;
        this.publisher = publisher;
    }

    /**
     * Gives the dataset its recipe. Where it had another one, all its videos start over; kept measurements stay, so only what
     * differs is done again.
     *
     * @param out where datasets are made
     */
    public void open(Recipe recipe, Place out) {
        String digest = recipe.digest();
        List<VideoMessage> restarted = catalogue.write(rows -> {
            rows.datasets().put(recipe, out);
            List<DatasetVideo> stale = rows.videos().of(recipe.dataset()).stream()
                    .filter(video -> !video.recipe().equals(digest))
                    .toList();
            stale.forEach(video -> rows.videos().restart(recipe.dataset(), video.video(), digest));
            if (!stale.isEmpty()) {
                rows.datasets().setCurrent(recipe.dataset(), false);
            }
            return stale.stream()
                    .map(video ->
                            new VideoMessage(recipe.dataset(), digest, video.video(), Optional.of(video.source())))
                    .toList();
        });
        publisher.publish(restarted.stream().map(Publisher.Record::of).toList());
    }

    /**
     * Starts failed videos, and videos with failed frames, over.
     *
     * @return how many
     */
    public int retry(String dataset) {
        List<VideoMessage> again = catalogue.write(rows -> {
            Set<VideoId> withFailedFrames = rows.frames().progress(dataset).stream()
                    .filter(frame -> frame.verdict() == Verdict.FAILED)
                    .map(FrameProgress::video)
                    .collect(Collectors.toSet());
            List<DatasetVideo> videos = rows.videos().of(dataset).stream()
                    .filter(video -> video.status() == VideoStatus.FAILED || withFailedFrames.contains(video.video()))
                    .toList();
            videos.forEach(video -> rows.videos().restart(dataset, video.video(), video.recipe()));
            if (!videos.isEmpty()) {
                rows.datasets().setCurrent(dataset, false);
            }
            return videos.stream().map(VideoMessage::of).toList();
        });
        publisher.publish(again.stream().map(Publisher.Record::of).toList());
        return again.size();
    }

    /** How the catalogue took a video. */
    public enum Arrival {
        NEW,
        /** It is in the dataset already, done or being worked on. */
        KNOWN
    }

    /**
     * Takes a video into a dataset that is open.
     *
     * @param source its name for people
     */
    public Arrival arrive(Recipe recipe, VideoId video, String source, Path location) {
        boolean added = catalogue.write(rows -> {
            boolean fresh = rows.videos().arrive(recipe.dataset(), video, source, location, recipe.digest());
            Optional<DatasetVideo> known = rows.videos().find(recipe.dataset(), video);
            if (!fresh && known.isPresent() && known.get().status() != VideoStatus.COMPLETED) {
                // Videos that are still to be read may have come from another place before.
                rows.videos().moved(recipe.dataset(), video, location);
            }
            if (fresh) {
                rows.datasets().setCurrent(recipe.dataset(), false);
            }
            return fresh;
        });
        if (added) {
            publisher.publish(List.of(Publisher.Record.of(
                    new VideoMessage(recipe.dataset(), recipe.digest(), video, Optional.of(source)))));
        }
        return added ? Arrival.NEW : Arrival.KNOWN;
    }

    /**
     * Reads the file once for its identity.
     *
     * @throws IOException if it cannot be read
     */
    public static VideoId identify(Path video) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = new DigestInputStream(Files.newInputStream(video), digest)) {
            int read;
            do {
                read = in.read(buffer);
            } while (read >= 0);
        }
        return new VideoId(HexFormat.of().formatHex(digest.digest()));
    }
}
