package io.sluice.recipe;

/** A recipe that cannot be followed. The message names the key, the value and what is allowed. */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RecipeException(String message) {
        super(message);
    }

    static RecipeException of(String key, Object value, String allowed) {
        return new RecipeException("recipe: " + key + ": '" + value + "' is not allowed; allowed: " + allowed);
    }
}
