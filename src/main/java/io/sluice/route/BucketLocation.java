package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.ObjectStatus;
import io.sluice.catalogue.SeenObject;
import io.sluice.frame.VideoId;
import io.sluice.store.AccessException;
import io.sluice.store.Bucket;
import io.sluice.store.BucketObject;
import io.sluice.store.ObjectGoneException;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import io.sluice.store.Scratch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Objects that requests may name: those below the places that are configured. The key is taken as it is, without escapes, as the
 * usual tools take it. An object is downloaded into scratch space and stays in its bucket, where every process finds it again.
 */
public final class BucketLocation implements RequestedLocation {
    private static final String SCHEME = "s3";

    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Scratch scratch;
    private final Originals originals;
    private final List<Place> places;

    /**
     * @param places buckets and prefixes below which a request may name objects; none for no object at all
     * @throws IllegalArgumentException if one is a folder
     */
    public BucketLocation(
            Catalogue catalogue, ObjectStorage storage, Scratch scratch, Originals originals, List<Place> places) {
        places.stream().filter(place -> place.bucket().isEmpty()).findFirst().ifPresent(folder -> {
            throw new IllegalArgumentException("sluice.requests.buckets: '" + folder
                    + "' is not allowed; allowed: s3://bucket or s3://bucket/prefix");
        });
        this.catalogue = catalogue;
        this.storage = storage;
        this.scratch = scratch;
        this.originals = originals;
        this.places = List.copyOf(places);
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String allowed() {
        return places.isEmpty()
                ? "no object, as sluice.requests.buckets is not set"
                : "an object below " + places.stream().map(Place::toString).collect(Collectors.joining(" or below "));
    }

    @Override
    public Requested open(String location) throws RefusedException {
        String named = location.substring((SCHEME + "://").length());
        int slash = named.indexOf('/');
        String name = slash < 0 ? named : named.substring(0, slash);
        String key = slash < 0 ? "" : named.substring(slash + 1);
        boolean released = places.stream()
                .anyMatch(place -> place.bucket().equals(Optional.of(name))
                        && key.startsWith(place.path())
                        && !key.equals(place.path()));
        if (!released) {
            throw new RefusedException("location", location, allowed());
        }
        Bucket bucket = storage.bucket(name);
        try {
            BucketObject found = bucket.find(key)
                    .orElseThrow(() -> new RefusedException("location", location, "an object that is there"));
            if (found.bytes() > scratch.limit()) {
                throw new RefusedException(
                        "location",
                        location,
                        "an object of at most " + scratch.limit() + " bytes, sluice.ingest.scratch-size; it has "
                                + found.bytes());
            }
            SeenObject object = new SeenObject(
                    name,
                    key,
                    found.version(),
                    found.bytes(),
                    ObjectStatus.REQUESTED,
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    0);
            return new RequestedObject(object, originals.bring(object));
        } catch (ObjectGoneException e) {
            throw new RefusedException("location", location, "an object that stays as it is; " + e.getMessage());
        } catch (AccessException e) {
            throw new RefusedException("location", location, "an object that can be read; " + e.getMessage());
        }
    }

    private final class RequestedObject implements Requested {
        private final SeenObject object;
        private final Scratch.Use use;

        RequestedObject(SeenObject object, Scratch.Use use) {
            this.object = object;
            this.use = use;
        }

        @Override
        public Path file() {
            return use.path();
        }

        @Override
        public void isVideo(String dataset, VideoId video) {
            catalogue.update(rows -> rows.objects().requested(object, dataset, video));
        }

        @Override
        public void close() {
            use.close();
        }
    }
}
