package org.keras4j.hub.seq2seq;

import org.jspecify.annotations.Nullable;
import org.keras4j.models.Functional;

/**
 * A model that reads a sequence and writes another, as three graphs over the same layers: the whole, which is trained; what is
 * done once for a sequence that is read; and a step of the writing.
 *
 * @param model from the sequence that is read and the one that is written to logits of what comes next
 * @param reading from the sequence that is read to keys and values of each of the decoder's layers, {@code key_0, value_0, ...}
 * @param step from a token and its place, what {@link #reading} gave, and keys and values of the tokens before, {@code
 *     past_key_0, ...}, to {@code logits} and keys and values with the token's
 * @param layers how many layers the decoder has
 * @param heads how many heads each
 * @param size the size of a head
 * @param buckets classes of distances; null if there are none
 */
record EncoderDecoder(
    Functional model,
    Functional reading,
    Functional step,
    int layers,
    int heads,
    int size,
    @Nullable RelativeBuckets buckets) {}
