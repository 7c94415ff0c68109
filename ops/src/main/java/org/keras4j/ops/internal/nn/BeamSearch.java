package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.TopK;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * The search of likely label sequences. A beam is a label sequence, -1 after its last label, with the
 * logarithms of how likely its alignments are that end in that label and that end in a blank. At each step
 * a beam stays the same sequence or gets one label longer; what thus becomes equal is merged, and the
 * likeliest are kept.
 */
final class BeamSearch {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private final int width;
  private final int blank;
  private final int time;
  private final int classes;

  /**
   * A search.
   *
   * @param width how many beams are kept
   * @param blank the class of the blank
   * @param time how many steps there are
   * @param classes how many classes, the blank among them
   */
  BeamSearch(int width, int blank, int time, int classes) {
    this.width = width;
    this.blank = blank;
    this.time = time;
    this.classes = classes;
  }

  private static Tensor never(Tensor like) {
    return Prims.scalarLike(like, NEVER);
  }

  private static Tensor logAdd(Tensor a, Tensor b) {
    Tensor top = Prims.max(a, b);
    // the difference of two infinities is no number
    Tensor none = Prims.eq(top, never(top));
    Tensor safe = Prims.select(none, Prims.scalarLike(top, 0), top);
    Tensor sum = Prims.add(Prims.exp(Prims.sub(a, safe)), Prims.exp(Prims.sub(b, safe)));
    // nor has the logarithm of 0 a slope
    Tensor some = Prims.select(none, Prims.scalarLike(sum, 1), sum);
    return Prims.select(none, never(top), Prims.add(Prims.log(some), safe));
  }

  private static Tensor integer(long v) {
    return Prims.scalar(DType.INT32, v);
  }

  /**
   * The best sequences.
   *
   * @param logs logarithms of probabilities (batch, time, classes)
   * @param lengths how many steps count, int32 (batch); the first always does
   * @param paths how many sequences to give
   * @return int32 labels (paths, batch, time) and logarithms of probabilities (batch, paths)
   */
  List<Tensor> decode(Tensor logs, Tensor lengths, int paths) {
    Tensor one = Prims.sum(Prims.zerosLike(Prims.slice(logs, 2, 0, 1)), 1);
    Tensor first = Prims.iota(Shape.of(1, width), 1, DType.INT32);
    Tensor start = Prims.select(Prims.eq(first, integer(0)), Prims.scalarLike(one, 0), never(one));
    Tensor blanked = Prims.add(one, start);
    Tensor emitted = Prims.fullLike(blanked, NEVER);
    Tensor none = Prims.add(
        Prims.convert(Prims.expandDims(Prims.zerosLike(blanked), 2), DType.INT32),
        Prims.full(Shape.of(time), DType.INT32, -1));
    Tensor steps = Prims.iota(Shape.of(time, 1), 0, DType.INT32);
    Tensor counts =
        Prims.or(Prims.lt(steps, Prims.expandDims(lengths, 0)), Prims.eq(steps, integer(0)));
    List<Tensor> in = new ArrayList<>(
        List.of(none, emitted, blanked, Prims.swap(logs, 0, 1), Prims.expandDims(counts, 2)));
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      TensorSpec s = in.get(i).spec();
      specs.add(i < 3 ? s : s.withShape(s.shape().slice(1)));
    }
    List<Tensor> captured = new ArrayList<>();
    Graph body = Trace.subgraph(specs, captured, this::step);
    in.addAll(captured);
    List<Tensor> out = Engine.bind(new Scan(body, 3, 2, time, false), in);
    Tensor labels = Prims.transpose(out.get(0), 1, 0, 2);
    Tensor scores = logAdd(out.get(1), out.get(2));
    if (paths <= width) {
      return List.of(Prims.slice(labels, 0, 0, paths), Prims.slice(scores, 1, 0, paths));
    }
    long more = (long) paths - width;
    return List.of(
        Prims.pad(labels, -1, new long[] {0, 0, 0}, new long[] {more, 0, 0}),
        Prims.pad(scores, NEVER, new long[] {0, 0}, new long[] {0, more}));
  }

  private List<Tensor> step(List<Tensor> s) {
    Tensor paths = s.get(0);
    Tensor emitted = s.get(1);
    Tensor blanked = s.get(2);
    Tensor logs = Prims.expandDims(s.get(3), 1);
    Tensor each = Prims.iota(Shape.of(classes), 0, DType.INT32);
    Tensor places = Prims.iota(Shape.of(time), 0, DType.INT32);
    Tensor total = logAdd(emitted, blanked);
    Tensor lengths = Prims.sum(Prims.convert(Prims.ge(paths, integer(0)), DType.INT32), 2);
    // where the last label stands, nowhere in an empty sequence
    Tensor end = Prims.eq(places, Prims.expandDims(Prims.sub(lengths, integer(1)), 2));
    Tensor last = Prims.reduce(ReduceKind.MAX, Prims.select(end, paths, integer(-1)), 2);
    Tensor isLast = Prims.eq(each, Prims.expandDims(last, 2));
    Tensor lastLog = Prims.reduce(ReduceKind.MAX, Prims.select(isLast, logs, never(logs)), 2);

    // the last label again without a blank between is the same label still
    Tensor before = Prims.select(isLast, Prims.expandDims(blanked, 2), Prims.expandDims(total, 2));
    Tensor isBlank = Prims.eq(each, integer(blank));
    Tensor longer = Prims.select(isBlank, never(logs), Prims.add(before, logs));
    Tensor blankLog = Prims.slice(logs, 2, blank, blank + 1L);
    Tensor stayBlanked = Prims.add(total, Prims.sum(blankLog, 2));
    Tensor stayEmitted = Prims.add(emitted, lastLog);

    // (batch, i, j): whether beam i is beam j and one label more
    Tensor shorter = Prims.select(end, integer(-1), paths);
    Tensor equal = Prims.reduce(
        ReduceKind.AND, Prims.eq(Prims.expandDims(shorter, 2), Prims.expandDims(paths, 1)), 3);
    Tensor real = Prims.and(Prims.gt(total, never(total)), Prims.gt(lengths, integer(0)));
    Tensor parent = Prims.and(equal, Prims.expandDims(real, 2));
    // (batch, i, j): beam j longer by the last label of beam i
    Tensor joined = Prims.gatherNd(Prims.swap(longer, 1, 2), Prims.expandDims(last, 2), 1);
    Tensor merged = Prims.reduce(ReduceKind.MAX, Prims.select(parent, joined, never(joined)), 2);
    stayEmitted = logAdd(stayEmitted, merged);
    DType t = logs.dtype();
    Tensor gone = Prims.dot(
        Prims.convert(parent, t),
        Prims.convert(isLast, t),
        new int[] {0},
        new int[] {0},
        new int[] {1},
        new int[] {1},
        null);
    longer = Prims.select(Prims.gt(gone, Prims.scalarLike(gone, 0)), never(longer), longer);
    return kept(s, stayEmitted, stayBlanked, longer, lengths);
  }

  // the likeliest of the beams that stay and those that get longer
  private List<Tensor> kept(
      List<Tensor> s, Tensor stayEmitted, Tensor stayBlanked, Tensor longer, Tensor lengths) {
    Tensor grown = Prims.reshape(longer, longer.shape().dim(0), (long) width * classes);
    Tensor all = Prims.concat(List.of(logAdd(stayEmitted, stayBlanked), grown), 1);
    List<Tensor> best = Engine.bind(new TopK(width), List.of(all));
    Tensor index = best.get(1);
    Tensor stays = Prims.lt(index, integer(width));
    Tensor grows = Prims.sub(index, integer(width));
    Tensor beam = Prims.select(stays, index, Prims.div(grows, integer(classes)));
    Tensor at = Prims.expandDims(beam, 2);
    Tensor label =
        Prims.sub(grows, Prims.mul(Prims.div(grows, integer(classes)), integer(classes)));
    Tensor path = Prims.gatherNd(s.get(0), at, 1);
    Tensor place = Prims.gatherNd(lengths, at, 1);
    Tensor places = Prims.iota(Shape.of(time), 0, DType.INT32);
    Tensor added = Prims.and(
        Prims.eq(places, Prims.expandDims(place, 2)), Prims.expandDims(Prims.not(stays), 2));
    path = Prims.select(added, Prims.expandDims(label, 2), path);
    Tensor emitted = Prims.select(stays, Prims.gatherNd(stayEmitted, at, 1), best.get(0));
    Tensor blanked = Prims.select(stays, Prims.gatherNd(stayBlanked, at, 1), never(emitted));
    Tensor counts = s.get(4);
    return List.of(
        Prims.select(Prims.expandDims(counts, 2), path, s.get(0)),
        Prims.select(counts, emitted, s.get(1)),
        Prims.select(counts, blanked, s.get(2)));
  }
}
