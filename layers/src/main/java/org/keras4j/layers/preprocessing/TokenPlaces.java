package org.keras4j.layers.preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.HostKernel;

/**
 * Where tokens lie: those of a vocabulary at places of their own, the mask at one that no encoding counts, unknown ones at places
 * by hash; and which tokens lie at places. {@link #kernel} and {@link #tokensKernel} are the same as data, for exports.
 */
final class TokenPlaces {
  /**
   * What becomes of tokens that are not in the vocabulary.
   *
   * @param count how many places they have; 0 makes them an error
   * @param start the first of these
   * @param method {@code "floormod"} or {@code "farmhash"}, for integers
   * @param salt the key of the hash, or null
   */
  record Unknown(int count, int start, String method, long @Nullable [] salt) {
    boolean isModuloOf(DType tokens) {
      return tokens != DType.STRING && !method.equals("farmhash");
    }
  }

  private final Supplier<String> label;
  private final DType type;
  private final Vocabulary vocabulary;
  private final Unknown unknown;
  private final @Nullable Object oovToken;
  private final @Nullable Object maskToken;
  private final long maskPlace;

  /**
   * Places in a vocabulary.
   *
   * @param label of the layer, for messages
   * @param type strings, or integers of 64 bits
   * @param oovToken what stands at places of unknown tokens; null for an error
   * @param maskToken null for none
   * @param maskPlace where the mask lies
   */
  TokenPlaces(
      Supplier<String> label,
      DType type,
      Vocabulary vocabulary,
      Unknown unknown,
      @Nullable Object oovToken,
      @Nullable Object maskToken,
      long maskPlace) {
    this.label = label;
    this.type = type;
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.oovToken = oovToken;
    this.maskToken = maskToken;
    this.maskPlace = maskPlace;
  }

  /** The place of a token: a string or a long. */
  long of(Object token) {
    if (token.equals(maskToken)) {
      return maskPlace;
    }
    Long known = vocabulary.place(token);
    if (known != null) {
      return known;
    }
    int count = unknown.count();
    if (count == 0) {
      throw new IllegalArgumentException(label.get() + ": '" + token
          + "' is not in the vocabulary, and there is no place for unknown tokens");
    }
    if (count == 1) {
      return unknown.start();
    }
    return unknown.start()
        + (unknown.isModuloOf(type)
            ? Math.floorMod((Long) token, (long) count)
            : HostValues.bucket(label.get(), token.toString(), count, unknown.salt()));
  }

  /** The tokens at places. */
  NDArray tokens(NDArray places) {
    Object[] out = new Object[places.size()];
    for (int i = 0; i < out.length; i++) {
      long p = places.getLong(i);
      Object known = vocabulary.token(p);
      Object token = maskToken != null && p == 0 ? maskToken : known == null ? oovToken : known;
      out[i] = Objects.requireNonNull(token, () -> label.get() + ": no token at place " + p);
    }
    return array(Arrays.asList(out), places.shape());
  }

  /** {@link #of} as data. */
  HostKernel.Places kernel() {
    List<Object> tokens = new ArrayList<>(vocabulary.tokens());
    Map<Object, Long> keys = new HashMap<>();
    tokens.forEach(t -> keys.put(t, key(t)));
    if (new HashSet<>(keys.values()).size() != keys.size()) {
      throw new IllegalStateException(label.get() + ": two tokens have the same hash");
    }
    tokens.sort(Comparator.comparing(keys::get));
    Shape shape = Shape.of(tokens.size());
    HostKernel.Buckets buckets = unknown.count() == 0
        ? null
        : new HostKernel.Buckets(
            unknown.count(), unknown.start(), unknown.salt(), unknown.isModuloOf(type));
    return new HostKernel.Places(
        HostValues.longs(shape, tokens.stream().mapToLong(keys::get).toArray()),
        type == DType.STRING ? array(tokens, shape) : null,
        HostValues.longs(shape, tokens.stream().mapToLong(this::of).toArray()),
        buckets,
        maskToken,
        maskPlace);
  }

  private long key(Object token) {
    return token instanceof Long n
        ? n
        : HostValues.bucket(label.get(), (String) token, 1L << 62, null);
  }

  /**
   * {@link #tokens} as data.
   *
   * @param all the tokens in order, special ones first
   */
  HostKernel tokensKernel(List<Object> all) {
    List<Object> other = List.of(oovToken == null ? (Object) (-1L) : oovToken);
    return new HostKernel.Tokens(
        array(all, Shape.of(all.size())), array(other, Shape.of(other.size())));
  }

  private NDArray array(List<Object> tokens, Shape shape) {
    return type == DType.STRING
        ? NDArray.ofStrings(tokens.toArray(new String[0]), shape)
        : HostValues.longs(shape, tokens.stream().mapToLong(t -> (Long) t).toArray());
  }
}
