package org.keras4j.core.primitive;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * What the Java code of a {@link HostCall} computes, said as data: for formats that cannot call Java, but have
 * operations for strings. Inputs are strings or integers, results int64 unless said otherwise.
 */
public sealed interface HostKernel {
  /**
   * A bucket for each element, by the remainder of FarmHash's fingerprint of its text, or of SipHash.
   *
   * @param count how many buckets there are
   * @param first the first one's number
   * @param salt the key of SipHash; null for FarmHash
   * @param modulo whether integers go by their own remainder instead
   */
  record Buckets(long count, long first, long @Nullable [] salt, boolean modulo)
      implements HostKernel {}

  /**
   * Buckets, but for one value.
   *
   * @param mask a string or number that goes to 0; null for none
   */
  record Hash(Buckets buckets, @Nullable Object mask) implements HostKernel {}

  /**
   * The place of each token in a vocabulary.
   *
   * @param keys int64, ascending: integer tokens, or the fingerprints of strings by FarmHash, modulo 2^62
   * @param tokens the strings in the order of the keys; null for integers
   * @param places the places in the order of the keys
   * @param unknown where other tokens go; null for -1
   * @param mask a token that goes to {@code maskPlace}; null for none
   */
  record Places(
      NDArray keys,
      @Nullable NDArray tokens,
      NDArray places,
      @Nullable Buckets unknown,
      @Nullable Object mask,
      long maskPlace)
      implements HostKernel {}

  /**
   * The token at each place.
   *
   * @param tokens strings or int64
   * @param unknown the token of other places, {@code (1)}
   */
  record Tokens(NDArray tokens, NDArray unknown) implements HostKernel {}

  /**
   * The places of the tokens of texts {@code (batch)} or {@code (batch, 1)}.
   *
   * @param lower whether ASCII letters become small ones
   * @param strip whether ASCII punctuation is dropped
   * @param split {@code "whitespace"} or {@code "character"}
   * @param ngrams the sizes of n-grams; empty for the tokens alone
   * @param length how many places a text has; -1 for as many as the longest
   * @param padding the place where there is no token
   */
  record Texts(
      boolean lower,
      boolean strip,
      String split,
      List<Integer> ngrams,
      Places places,
      long length,
      long padding)
      implements HostKernel {}
}
