package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostKernel;

/**
 * Java code of layers on strings and tokens, as far as ONNX has operators for it: vocabularies are {@code LabelEncoder}s, texts
 * are made small by {@code StringNormalizer} and, from opset 20 on, split by {@code StringSplit}.
 */
final class Texts {
  private static final String ML = "ai.onnx.ml";
  private static final int SPLITS = 20; // the first opset with StringSplit and StringConcat
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private final OnnxOps o;

  Texts(OnnxOps ops) {
    this.o = ops;
  }

  Term lower(HostKernel kernel, Term x) {
    if (kernel instanceof HostKernel.Places p) {
      return places(p, x);
    } else if (kernel instanceof HostKernel.Tokens t) {
      return tokens(t, x);
    } else if (kernel instanceof HostKernel.Hash h) {
      return masked(h, x);
    } else if (kernel instanceof HostKernel.Buckets b) {
      return buckets(b, x);
    }
    return texts((HostKernel.Texts) kernel, x);
  }

  private static Term refused(String what) {
    throw new Refusal(what);
  }

  private Term everywhere(long value, Term like) {
    return o.expandLike(o.scalar(DType.INT64, value), like);
  }

  private Term whole(Term x) {
    return x.dtype() == DType.STRING ? x : o.cast(x, DType.INT64);
  }

  private Term buckets(HostKernel.Buckets b, Term x) {
    if (b.count() == 1) {
      return everywhere(b.first(), x);
    }
    if (!b.modulo() || x.dtype() == DType.STRING) {
      return refused("ONNX does not hash texts; one index for unknown tokens needs no hash");
    }
    Term r = o.binary("Mod", whole(x), o.scalar(DType.INT64, b.count()));
    return b.first() == 0 ? r : o.add(r, o.scalar(DType.INT64, b.first()));
  }

  private Term masked(HostKernel.Hash h, Term x) {
    HostKernel.Buckets b = h.buckets();
    if (h.mask() == null) {
      return buckets(b, x);
    } else if (b.count() == 1) {
      return encoded(List.of(h.mask()), List.of(0L), b.first(), x);
    }
    Term bucket = buckets(b, x);
    if (!(h.mask() instanceof Number n)) {
      return bucket; // no integer is a text
    }
    Term same = o.compare("Equal", whole(x), o.scalar(DType.INT64, n.longValue()));
    return o.select(same, o.scalar(DType.INT64, 0L), bucket);
  }

  /** Where each token stands; of others either one place, or what the buckets say. */
  private Term places(HostKernel.Places p, Term x) {
    HostKernel.Buckets unknown = p.unknown();
    boolean one = unknown == null || unknown.count() == 1;
    long elsewhere = unknown == null ? -1 : unknown.first();
    if (one) {
      return encoded(p, x, elsewhere);
    }
    Term none = o.scalar(DType.INT64, Long.MIN_VALUE);
    Term place = encoded(p, x, Long.MIN_VALUE);
    Term missing = o.compare("Equal", place, none);
    return o.select(missing, buckets(Objects.requireNonNull(unknown), x), place);
  }

  private Term encoded(HostKernel.Places p, Term x, long otherwise) {
    List<Object> keys = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    if (p.mask() != null) {
      keys.add(p.mask());
      values.add(p.maskPlace());
    }
    NDArray tokens = p.tokens() == null ? p.keys() : p.tokens();
    for (int i = 0; i < tokens.size(); i++) {
      Object key = p.tokens() == null ? (Object) tokens.getLong(i) : tokens.getString(i);
      if (!key.equals(p.mask())) {
        keys.add(key);
        values.add(p.places().getLong(i));
      }
    }
    return encoded(keys, values, otherwise, x);
  }

  private Term encoded(List<?> keys, List<Long> values, long otherwise, Term x) {
    boolean strings = x.dtype() == DType.STRING;
    if (keys.isEmpty()) {
      return everywhere(otherwise, x);
    }
    Call call = new Call("LabelEncoder", ML);
    if (strings) {
      call.texts("keys_strings", keys.stream().map(String::valueOf).toList());
    } else {
      call.numbers(
          "keys_int64s", keys.stream().mapToLong(k -> ((Number) k).longValue()).toArray());
    }
    call.numbers("values_int64s", values.stream().mapToLong(v -> v).toArray());
    call.set("default_int64", otherwise);
    return o.call(call, DType.INT64, x.shape(), whole(x));
  }

  private Term tokens(HostKernel.Tokens t, Term x) {
    NDArray tokens = t.tokens();
    boolean strings = tokens.dtype() == DType.STRING;
    long[] places = new long[tokens.size()];
    Arrays.setAll(places, i -> i);
    Call call = new Call("LabelEncoder", ML).numbers("keys_int64s", places);
    if (strings) {
      call.texts("values_strings", List.of(tokens.toStringArray()));
      call.set("default_string", t.unknown().getString(0));
    } else {
      call.numbers("values_int64s", tokens.toLongArray());
      call.set("default_int64", t.unknown().getLong(0));
    }
    return o.call(call, tokens.dtype(), x.shape(), whole(x));
  }

  // ---- texts: (batch) or (batch, 1) to (batch, places)

  private Term texts(HostKernel.Texts t, Term given) {
    if (!t.split().equals("whitespace")) {
      return refused("ONNX splits no texts into characters");
    }
    if (!t.ngrams().isEmpty()) {
      return refused("ONNX makes no n-grams of texts");
    }
    if (o.opset < SPLITS) {
      return refused("ONNX splits texts from opset " + SPLITS + " on; ask for that one");
    }
    Term x = o.reshape(given, Shape.of(given.shape().isKnown() ? given.shape().size() : -1));
    if (t.lower()) { // of the locale C the ASCII letters alone, as TensorFlow does
      Call small =
          new Call("StringNormalizer").set("case_change_action", "LOWER").set("locale", "C");
      x = o.call(small, DType.STRING, x.shape(), x);
    }
    if (t.strip()) {
      for (char c : PUNCTUATION.toCharArray()) {
        x = without(x, String.valueOf(c));
      }
    }
    Term parts = split(x, null).get(0);
    // between the last token of a text and the end of the longest one stand empty strings
    Term places = places(t.places(), parts);
    Term empty = o.constant(NDArray.ofStrings(new String[] {""}, Shape.SCALAR));
    Term none = o.call("Equal", DType.BOOL, parts.shape(), parts, empty);
    places = o.select(none, o.scalar(DType.INT64, t.padding()), places);
    if (t.length() < 0) {
      return places;
    }
    // a negative number of places added takes places away
    Term more = o.sub(o.longs(t.length()), o.size(places, 1));
    Term pads = o.vector(List.of(o.longs(0L, 0L, 0L), more));
    Term padding = o.scalar(DType.INT64, t.padding());
    Shape out = places.shape().with(1, t.length());
    return o.call(new Call("Pad"), DType.INT64, out, places, pads, padding);
  }

  private List<Term> split(Term x, @Nullable String delimiter) {
    Call call = new Call("StringSplit");
    if (delimiter != null) {
      call.set("delimiter", delimiter);
    }
    Shape apart = x.shape().concat(Shape.of(-1));
    return o.all(
        call,
        List.of(x),
        List.of(new TensorSpec(apart, DType.STRING), new TensorSpec(x.shape(), DType.INT64)));
  }

  /** Texts without a character: split at it, and joined again. */
  private Term without(Term x, String character) {
    Term parts = split(x, character).get(0);
    Term empty = o.constant(NDArray.ofStrings(new String[] {""}, Shape.SCALAR));
    Term none = o.expand(empty, x.shape(), o.shapeOf(x));
    Term count = o.squeeze(o.size(parts, 1), 0);
    return new Control(o)
        .repeat(count, List.of(none), (ops, in) -> {
          Term part = ops.gather(parts, in.get(0), 1);
          return List.of(ops.call("StringConcat", DType.STRING, x.shape(), in.get(1), part));
        })
        .get(0);
  }
}
