package io.sluice.api;

import io.sluice.model.EmbeddingSpace;
import io.sluice.taste.Evidence;
import io.sluice.taste.TasteHeads;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The heads that score as people do. */
@Path("taste/heads")
@Produces(MediaType.APPLICATION_JSON)
public final class HeadsResource {
    private final TasteHeads heads;

    HeadsResource(TasteHeads heads) {
        this.heads = heads;
    }

    /**
     * @param id of the version, as {@code aesthetic.method} takes it
     * @param name without the version: {@code taste-name} is the newest one
     * @param embeddings what it scores
     * @param evidence what it is worth; null where its file is gone
     */
    record HeadAnswer(
            String id,
            String name,
            int version,
            @Nullable String embeddings,
            @Nullable Evidence evidence) {}

    record HeadsAnswer(List<HeadAnswer> heads) {}

    @GET
    public HeadsAnswer heads() {
        return new HeadsAnswer(heads.versions().stream()
                .map(version -> new HeadAnswer(
                        version.manifest().id(),
                        version.name(),
                        version.version(),
                        version.manifest().space().map(EmbeddingSpace::toString).orElse(null),
                        version.evidence().orElse(null)))
                .toList());
    }
}
