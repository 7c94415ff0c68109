package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostKernel;
import org.keras4j.core.primitive.HostKernel.Buckets;
import org.keras4j.core.primitive.HostKernel.Hash;
import org.keras4j.core.primitive.HostKernel.Places;
import org.keras4j.core.primitive.HostKernel.Texts;
import org.keras4j.core.primitive.HostKernel.Tokens;

/**
 * Java code of layers on strings as operations of TensorFlow, without tables that somebody would have to
 * initialize: a vocabulary is searched by the hashes of its tokens, which are sorted.
 */
final class TextKernels {
  private static final Shape VECTOR = Shape.of(-1);
  private static final long HASHES = 1L << 62;
  // ASCII punctuation
  private static final String PUNCTUATION = "[!-/:-@\\[-`{-~]";

  private final TensorFlowOps o;

  TextKernels(TensorFlowOps o) {
    this.o = o;
  }

  Term lower(HostKernel kernel, Term x) {
    if (kernel instanceof Places p) {
      return shaped(places(p, flat(x)), x);
    } else if (kernel instanceof Hash h) {
      return shaped(hash(h, flat(x)), x);
    } else if (kernel instanceof Buckets b) {
      return shaped(buckets(b, flat(x)), x);
    } else if (kernel instanceof Tokens t) {
      return shaped(tokens(t, flat(x)), x);
    }
    return texts((Texts) kernel, flat(x));
  }

  private Term flat(Term x) {
    return o.call("Reshape", VECTOR, x.dtype(), x, o.ints(-1));
  }

  private Term shaped(Term flat, Term like) {
    return o.call("Reshape", like.shape(), flat.dtype(), flat, o.shapeOf(like));
  }

  private Term number(long value) {
    return o.scalar(DType.INT64, value);
  }

  private Term all(Term like, long value) {
    Term shape = o.call("Shape", Shape.of(1), DType.INT32, like);
    return o.call("Fill", VECTOR, DType.INT64, shape, number(value));
  }

  private Term whole(Term x) {
    return x.dtype() == DType.STRING ? x : o.cast(x, DType.INT64);
  }

  private Term text(Term x) {
    if (x.dtype() == DType.STRING) {
      return x;
    }
    boolean asIs = x.dtype().isBool() || x.dtype().isInteger();
    return o.call("AsString", VECTOR, DType.STRING, asIs ? x : whole(x));
  }

  private Term hashed(Term text, long count, long @Nullable [] salt) {
    OpCall hash = salt == null
        ? new OpCall("StringToHashBucketFast")
        : new OpCall("StringToHashBucketStrong").numbers("key", salt);
    return o.call(hash.number("num_buckets", count), VECTOR, DType.INT64, text);
  }

  private Term buckets(Buckets b, Term x) {
    Term bucket;
    if (b.count() == 1) {
      return all(x, b.first());
    } else if (b.modulo() && x.dtype() != DType.STRING) {
      bucket = o.call("FloorMod", VECTOR, DType.INT64, whole(x), number(b.count()));
    } else {
      bucket = hashed(text(x), b.count(), b.salt());
    }
    return b.first() == 0
        ? bucket
        : o.call("AddV2", VECTOR, DType.INT64, bucket, number(b.first()));
  }

  private Term hash(Hash h, Term x) {
    Term bucket = buckets(h.buckets(), x);
    return h.mask() == null ? bucket : select(isMask(x, h.mask()), all(x, 0), bucket);
  }

  private Term isMask(Term x, Object mask) {
    Term other = x.dtype() == DType.STRING
        ? o.constant(NDArray.ofStrings(new String[] {String.valueOf(mask)}, Shape.SCALAR))
        : number(mask instanceof Number n ? n.longValue() : 0);
    return o.call("Equal", VECTOR, DType.BOOL, whole(x), other);
  }

  private Term select(Term condition, Term yes, Term no) {
    return o.call("SelectV2", VECTOR, yes.dtype(), condition, yes, no);
  }

  /** The elements of a constant vector at indices, which are moved within it. */
  private Term taken(NDArray from, Term indices) {
    Term most = number(from.size() - 1L);
    Term at = o.call("Maximum", VECTOR, DType.INT64, indices, number(0));
    at = o.call("Minimum", VECTOR, DType.INT64, at, most);
    return o.call(new OpCall("GatherV2"), VECTOR, from.dtype(), o.constant(from), at, o.scalar(0));
  }

  /** How many of ascending numbers are less than each value. */
  private Term below(Term ascending, Term values) {
    OpCall search = new OpCall("LowerBound").dtype("out_type", DType.INT64);
    Term found = o.call(
        search,
        Shape.of(1, -1),
        DType.INT64,
        o.call("ExpandDims", Shape.of(1, -1), DType.INT64, ascending, o.scalar(0)),
        o.call("ExpandDims", Shape.of(1, -1), DType.INT64, values, o.scalar(0)));
    return o.call("Reshape", VECTOR, DType.INT64, found, o.ints(-1));
  }

  private Term places(Places p, Term x) {
    Term unknown = p.unknown() == null ? all(x, -1) : buckets(p.unknown(), x);
    Term out = unknown;
    if (p.keys().size() > 0) {
      Term key = p.tokens() == null ? whole(x) : hashed(x, HASHES, null);
      Term at = below(o.constant(p.keys()), key);
      Term candidate = taken(p.tokens() == null ? p.keys() : p.tokens(), at);
      Term same = o.call("Equal", VECTOR, DType.BOOL, candidate, whole(x));
      out = select(same, taken(p.places(), at), unknown);
    }
    return p.mask() == null ? out : select(isMask(x, p.mask()), all(x, p.maskPlace()), out);
  }

  private Term tokens(Tokens t, Term places) {
    Term at = whole(places);
    Term known = o.call(
        "LogicalAnd",
        VECTOR,
        DType.BOOL,
        o.call("GreaterEqual", VECTOR, DType.BOOL, at, number(0)),
        o.call("Less", VECTOR, DType.BOOL, at, number(t.tokens().size())));
    return select(known, taken(t.tokens(), at), taken(t.unknown(), all(places, 0)));
  }

  private Term texts(Texts t, Term given) {
    Term x = given;
    if (t.lower()) {
      x = o.call(new OpCall("StringLower"), VECTOR, DType.STRING, x);
    }
    if (t.strip()) {
      OpCall strip = new OpCall("StaticRegexReplace")
          .text("pattern", PUNCTUATION)
          .text("rewrite", "")
          .flag("replace_global", true);
      x = o.call(strip, VECTOR, DType.STRING, x);
    }
    Term count =
        o.call(new OpCall("Size").dtype("out_type", DType.INT64), Shape.SCALAR, DType.INT64, x);
    Term ends = o.call(
        "Range",
        VECTOR,
        DType.INT64,
        number(0),
        o.call("AddV2", Shape.SCALAR, DType.INT64, count, number(1)),
        number(1));
    Term tokens;
    Term splits;
    if (t.split().equals("character")) {
      List<Term> decoded = o.target()
          .apply(
              new OpCall("UnicodeDecode").text("input_encoding", "UTF-8"),
              List.of(x),
              List.of(new TensorSpec(VECTOR, DType.INT64), new TensorSpec(VECTOR, DType.INT32)));
      splits = decoded.get(0);
      Term points = decoded.get(1);
      Term n = o.call(
          new OpCall("Size").dtype("out_type", DType.INT64), Shape.SCALAR, DType.INT64, points);
      Term each = o.call(
          "Range",
          VECTOR,
          DType.INT64,
          number(0),
          o.call("AddV2", Shape.SCALAR, DType.INT64, n, number(1)),
          number(1));
      tokens = o.call(
          new OpCall("UnicodeEncode").text("output_encoding", "UTF-8"),
          VECTOR,
          DType.STRING,
          points,
          each);
    } else {
      List<Term> split = o.target()
          .apply(
              new OpCall("StringSplitV2"),
              List.of(x, o.constant(NDArray.ofStrings(new String[] {""}, Shape.SCALAR))),
              List.of(
                  new TensorSpec(Shape.of(-1, 2), DType.INT64),
                  new TensorSpec(VECTOR, DType.STRING),
                  new TensorSpec(Shape.of(2), DType.INT64)));
      tokens = split.get(1);
      Term rows =
          o.call("Reshape", VECTOR, DType.INT64, o.slice(split.get(0), 1, 0, 1), o.ints(-1));
      splits = below(rows, ends);
    }
    if (!t.ngrams().isEmpty()) {
      OpCall grams = new OpCall("StringNGrams")
          .text("separator", " ")
          .numbers("ngram_widths", t.ngrams().stream().mapToLong(n -> n).toArray())
          .text("left_pad", "")
          .text("right_pad", "")
          .number("pad_width", 0)
          .flag("preserve_short_sequences", false);
      List<Term> both = o.target()
          .apply(
              grams,
              List.of(tokens, splits),
              List.of(new TensorSpec(VECTOR, DType.STRING), new TensorSpec(VECTOR, DType.INT64)));
      tokens = both.get(0);
      splits = both.get(1);
    }
    OpCall dense = new OpCall("RaggedTensorToTensor").texts("row_partition_types", "ROW_SPLITS");
    return o.call(
        dense,
        Shape.of(-1, t.length()),
        DType.INT64,
        o.constant(NDArray.of(new long[] {-1, t.length()})),
        places(t.places(), tokens),
        number(t.padding()),
        List.of(splits));
  }
}
