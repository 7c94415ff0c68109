package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/**
 * A random program of operations that backends do without copying (broadcasts, reshapes, transposes, slices and
 * their kind) among elementwise ones, in which any value may have several users. It has arguments, and a state
 * of which every call makes a new one. What a backend wrongly believes about who shares memory with whom
 * shows as a wrong number, or a failure.
 *
 * <p>All numbers are small multiples of powers of two and all operations exact, but for those on float32 that
 * {@link #isExact} tells of.
 */
public final class ViewChain {
  private static final int LARGEST = 512;

  /** The first numbers of neighbouring seeds are alike. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final List<NDArray> arguments = new ArrayList<>();
  private final List<NDArray> state = new ArrayList<>();
  private final DType dtype;
  private final boolean exact;

  private ViewChain(long seed) {
    this.seed = seed;
    Dice d = Dice.of(seed * SPREAD);
    this.dtype = d.one(
        DType.FLOAT32,
        DType.FLOAT32,
        DType.FLOAT32,
        DType.INT32,
        DType.FLOAT16,
        DType.BFLOAT16,
        DType.INT8,
        DType.FLOAT64);
    this.exact = dtype != DType.FLOAT32 || d.flip();
    for (int i = d.in(1, 2); i > 0; i--) {
      arguments.add(array(d, Shape.of(d.full(0, 4))));
    }
    Shape shape = Shape.of(d.full(0, 3));
    state.add(array(d, shape));
    state.add(array(d, d.flip() ? shape : Shape.of(d.full(1, 3))));
  }

  /** The program of a number. */
  public static ViewChain of(long seed) {
    return new ViewChain(seed);
  }

  private NDArray array(Dice d, Shape shape) {
    NDArray a = NDArray.zeros(dtype, shape);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, d.in(-4, 4));
    }
    return a;
  }

  /** Fresh arguments. */
  public List<NDArray> arguments() {
    return arguments;
  }

  /** The state that it begins with. */
  public List<NDArray> state() {
    return state;
  }

  /** Whether each backend must give the same bits, compiled or not. */
  public boolean isExact() {
    return exact;
  }

  /** What a call gave: results, and the new state. */
  public record Outcome(List<Tensor> results, List<Tensor> state) {}

  /** Runs, or traces, the program. */
  public Outcome call(List<Tensor> given, List<Tensor> held) {
    Run run = new Run();
    given.forEach(run::add);
    held.forEach(run::add);
    for (int i = run.d.in(3, 12); i > 0; i--) {
      run.step();
    }
    List<Tensor> next = new ArrayList<>();
    for (Tensor old : held) {
      next.add(run.next(old));
    }
    if (held.get(0).shape().equals(held.get(1).shape()) && run.d.rarely(4)) {
      next = List.of(next.get(1), run.d.flip() ? next.get(0) : held.get(0));
    }
    List<Tensor> results = new ArrayList<>();
    results.add(run.last());
    for (int i = run.tight ? 0 : run.d.in(0, 3); i > 0; i--) {
      results.add(run.any());
    }
    if (!run.tight && run.d.rarely(4)) {
      results.add(next.get(0)); // which the next call may overwrite
    }
    return new Outcome(results, next);
  }

  /** The steps, one a line. */
  public String describe() {
    StringBuilder b = new StringBuilder("chain " + seed + " of " + dtype + ":");
    List<Tensor> given = new ArrayList<>();
    List<Tensor> held = new ArrayList<>();
    arguments.forEach(a -> given.add(Ops.convertToTensor(a)));
    state.forEach(a -> held.add(Ops.convertToTensor(a)));
    Outcome o = call(given, held);
    o.results().forEach(t -> b.append(' ').append(t.spec()));
    b.append(" ->");
    o.state().forEach(t -> b.append(' ').append(t.spec()));
    return b.toString();
  }

  /** One run; what it draws depends on the seed and the shapes alone. */
  private final class Run {
    final Dice d = Dice.of(~seed * SPREAD);
    final List<Tensor> values = new ArrayList<>();

    /** Whether every step goes on from the last, whose memory then is free. */
    final boolean tight = d.flip();

    final ChainSteps steps = new ChainSteps(d, exact);

    void add(Tensor t) {
      values.add(t);
    }

    Tensor last() {
      return values.get(values.size() - 1);
    }

    Tensor any() {
      return values.get(d.in(0, values.size() - 1));
    }

    void step() {
      Tensor x = !tight && d.rarely(3) ? any() : last();
      List<Tensor> made;
      if (d.rarely(10)) {
        made = List.of(steps.broadcast(steps.fold(x)));
      } else if (d.rarely(12)) {
        made = steps.control(x);
      } else if (d.rarely(20)) {
        made = List.of(steps.update(x, any()));
      } else if (d.in(0, 9) < 6) {
        made = steps.view(x);
      } else {
        made =
            List.of(d.rarely(3) ? steps.binary(x, tight ? values.get(0) : any()) : steps.unary(x));
      }
      for (Tensor t : made) {
        if (t.shape().size() <= LARGEST) {
          values.add(t);
        }
      }
    }

    /** A value for the state, with the spec of the old. */
    Tensor next(Tensor old) {
      Shape shape = old.shape();
      for (int i = 0; i < 8; i++) {
        Tensor t = Ops.cast(any(), dtype);
        if (t.shape().equals(shape) && d.flip()) {
          return t;
        }
        if (t.shape().size() == shape.size()) {
          return Ops.reshape(t, shape);
        }
      }
      return switch (d.in(0, 3)) {
        case 0 -> old;
        case 1 -> steps.unary(old);
        case 2 -> Ops.broadcastTo(Ops.max(old), shape);
        default -> steps.kept(old);
      };
    }
  }
}
