/**
 * Text as numbers, the way that text models were trained to read it.
 *
 * <p>The invariant: the ids are exactly those of the tokenizer that the model was trained with; nothing is cut or filled up unless
 * it is asked for. Works offline: the library that does it is kept from calling anybody. Thread-safe.
 */
@NullMarked
package io.sluice.model.token;

import org.jspecify.annotations.NullMarked;
