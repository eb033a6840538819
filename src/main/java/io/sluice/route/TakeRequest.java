package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.frame.VideoId;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Takes videos that others request. A request may be read twice: the second time the video is in the dataset already, and if it has
 * ended there, its end is told again. What a request cannot do: name a file that is not released for requests, by its location or
 * through its recipe. Thread-safe.
 */
public final class TakeRequest {
    private static final Logger LOG = Logger.getLogger(TakeRequest.class);

    private final Catalogue catalogue;
    private final Arrivals arrivals;
    private final VideoOutcomes outcomes;
    private final Models models;
    private final Map<String, RequestedLocation> locations = new TreeMap<>();
    private final Optional<Path> recipes;
    private final Place out;

    /**
     * @param locations kinds of places, each with a scheme of its own
     * @param recipes folder of the recipes that a request may name
     * @param out the folder that datasets are made in
     */
    public TakeRequest(
            Catalogue catalogue,
            Arrivals arrivals,
            VideoOutcomes outcomes,
            Models models,
            Collection<RequestedLocation> locations,
            Optional<Path> recipes,
            Place out) {
        this.catalogue = catalogue;
        this.arrivals = arrivals;
        this.outcomes = outcomes;
        this.models = models;
        locations.forEach(location -> this.locations.put(location.scheme(), location));
        this.recipes = recipes;
        this.out = out;
    }

    /**
     * Takes the video into its dataset.
     *
     * @throws RefusedException if something in the request is not allowed; nothing has then been done
     */
    void take(VideoRequest request) throws RefusedException {
        // The place first: what may not be read at all needs no recipe.
        String location = location(request.location());
        RequestedLocation place = Objects.requireNonNull(locations.get(scheme(location)));
        Recipe recipe = recipe(request);
        VideoId video;
        Arrivals.Arrival arrival;
        try (RequestedLocation.Requested requested = place.open(location)) {
            video = identify(request, requested.file());
            requested.isVideo(recipe.dataset(), video);
            arrivals.open(recipe, out);
            arrival = arrivals.arrive(recipe, video, request.location(), requested.file());
        }
        LOG.infof(
                "stage=plan videoId=%s dataset=%s location=%s requested: %s",
                video, recipe.dataset(), request.location(), arrival == Arrivals.Arrival.NEW ? "new" : "known");
        if (arrival == Arrivals.Arrival.KNOWN) {
            outcomes.tell(recipe.dataset(), video);
        }
    }

    private String allowed() {
        return locations.values().stream()
                .map(location -> location.scheme() + ": " + location.allowed())
                .collect(Collectors.joining("; "));
    }

    private static VideoId identify(VideoRequest request, Path file) throws RefusedException {
        try {
            return Arrivals.identify(file);
        } catch (IOException e) {
            throw new RefusedException("location", request.location(), "a file that is there and can be read");
        }
    }

    /** As a URL of a scheme that there is; a path is as good as its URL. */
    private String location(String text) throws RefusedException {
        if (text.startsWith("/")) {
            try {
                return Path.of(text).toUri().toString();
            } catch (InvalidPathException e) {
                throw new RefusedException("location", text, allowed());
            }
        }
        String scheme = scheme(text);
        if (!locations.containsKey(scheme) || !text.startsWith("//", scheme.length() + 1)) {
            throw new RefusedException("location", text, allowed());
        }
        return scheme + text.substring(scheme.length());
    }

    /** In lower case; empty if there is none. */
    private static String scheme(String url) {
        return url.substring(0, Math.max(0, url.indexOf(':'))).toLowerCase(Locale.ROOT);
    }

    private Recipe recipe(VideoRequest request) throws RefusedException {
        Recipe recipe;
        String shown = request.recipe()
                .<String>map(Object::toString)
                .or(request::recipeName)
                .orElse("");
        try {
            if (request.recipe().isPresent()) {
                recipe = named(request, RecipeReader.readForeign(shown, Map.of()), shown, Optional.empty());
            } else if (request.recipeName().isPresent()) {
                Path file = file(request.recipeName().get());
                String yaml = Files.readString(file);
                recipe = named(
                        request, RecipeReader.read(yaml, Map.of(), parent(file)), yaml, Optional.of(parent(file)));
            } else {
                Optional<Recipe> known = catalogue.read(rows -> rows.datasets().recipeOf(request.dataset()));
                recipe = known.orElseGet(() -> RecipeReader.read("", Map.of("dataset", request.dataset())));
            }
            recipe = RecipeRequirements.fixed(recipe, models);
            List<String> missing = RecipeRequirements.missing(recipe, models);
            if (!missing.isEmpty()) {
                throw new RefusedException("recipe", shown, String.join("; ", missing));
            }
            return recipe;
        } catch (RecipeException | ModelException e) {
            throw new RefusedException("recipe", shown, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RefusedException("recipe", shown, allowedNames());
        }
    }

    /** The recipe under the request's dataset; one of another dataset's name is not meant. */
    private static Recipe named(VideoRequest request, Recipe own, String yaml, Optional<Path> folder)
            throws RefusedException {
        boolean says = !own.dataset().equals(TakeFromInbox.DEFAULT_DATASET);
        if (says && !own.dataset().equals(request.dataset())) {
            throw new RefusedException(
                    "recipe", "dataset: " + own.dataset(), "dataset: " + request.dataset() + ", that of the request");
        }
        Map<String, String> dataset = Map.of("dataset", request.dataset());
        return folder.isPresent()
                ? RecipeReader.read(yaml, dataset, folder.get())
                : RecipeReader.readForeign(yaml, dataset);
    }

    private Path file(String name) throws RefusedException {
        if (recipes.isEmpty()) {
            throw new RefusedException(
                    "recipe",
                    name,
                    "a recipe as a JSON object; there are no names, as sluice.requests.recipes is not set");
        }
        Path file = recipes.get().toAbsolutePath().resolve(name + ".yaml");
        if (!Files.isRegularFile(file)) {
            throw new RefusedException("recipe", name, allowedNames());
        }
        return file;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private String allowedNames() {
        if (recipes.isEmpty()) {
            return "a recipe as a JSON object";
        }
        try (var files = Files.list(recipes.get())) {
            return "a recipe as a JSON object, or one of "
                    + files.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".yaml"))
                            .map(file -> file.substring(0, file.length() - ".yaml".length()))
                            .sorted()
                            .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "a recipe as a JSON object; the folder of sluice.requests.recipes cannot be read";
        }
    }
}
