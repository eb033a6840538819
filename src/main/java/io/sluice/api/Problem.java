package io.sluice.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.core.Response;

/**
 * Why a request was refused, after RFC 9457.
 *
 * @param type {@code about:blank}: the status says which kind it is
 * @param title of the status
 * @param status of the answer
 * @param detail for a person: the thing, the value and what is allowed
 */
public record Problem(String type, String title, int status, String detail) {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Problem of(int status, String detail) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return new Problem("about:blank", known == null ? "Error" : known.getReasonPhrase(), status, detail);
    }

    Response response() {
        try {
            return Response.status(status)
                    .type(MEDIA_TYPE)
                    .entity(JSON.writeValueAsString(this))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem has no JSON form: " + this, e);
        }
    }
}
