package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Scanned;

/**
 * Layers that step a cell over the time axis.
 *
 * @param <S> the class itself
 */
public abstract class BaseRNN<S extends BaseRNN<S>> extends FluentLayer<S> {
  @Config
  private boolean returnSequences;

  @Config
  private boolean returnState;

  @Config
  private boolean goBackwards;

  @Config
  private boolean stateful;

  @Config
  private boolean unroll;

  @Config
  private boolean zeroOutputForMask;

  private @Nullable List<?> states;

  BaseRNN() {
    supportsMasking(true);
  }

  /** The cell, which is a layer. */
  public abstract RNNCell cell();

  final Layer cellLayer() {
    return (Layer) cell();
  }

  /**
   * Whether the outputs of all steps are returned, and not the last one.
   *
   * @param value false by default
   * @return this layer
   */
  public S returnSequences(boolean value) {
    return set("returnSequences", () -> returnSequences = value);
  }

  /**
   * Whether the last states are returned after the output.
   *
   * @param value false by default
   * @return this layer
   */
  public S returnState(boolean value) {
    return set("returnState", () -> returnState = value);
  }

  /**
   * Whether sequences are processed, and their outputs returned, from the end.
   *
   * @param value false by default
   * @return this layer
   */
  public S goBackwards(boolean value) {
    return set("goBackwards", () -> goBackwards = value);
  }

  /**
   * Whether a batch starts with the last states of the batch before.
   *
   * @param value false by default
   * @return this layer
   */
  public S stateful(boolean value) {
    return set("stateful", () -> stateful = value);
  }

  /**
   * Whether the steps are written out one by one, which needs a known number.
   *
   * @param value false by default
   * @return this layer
   */
  public S unroll(boolean value) {
    return set("unroll", () -> unroll = value);
  }

  /**
   * Whether masked steps give 0, and not the output before.
   *
   * @param value false by default
   * @return this layer
   */
  public S zeroOutputForMask(boolean value) {
    return set("zeroOutputForMask", () -> zeroOutputForMask = value);
  }

  final void forceZeroOutputForMask(boolean value) {
    zeroOutputForMask = value;
  }

  final boolean isReturnSequences() {
    return returnSequences;
  }

  final boolean isReturnState() {
    return returnState;
  }

  final boolean isGoBackwards() {
    return goBackwards;
  }

  final boolean isStateful() {
    return stateful;
  }

  final boolean isUnroll() {
    return unroll;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("sequences", "initial_state", "mask", "training");
  }

  @Override
  protected List<String> buildArguments() {
    return List.of("sequences", "initial_state");
  }

  @Override
  protected void build(Shape input) {
    if (input.rank() < 3) {
      throw new IllegalArgumentException(
          label() + ": expected an input (batch, time, ...), got shape " + input);
    }
    cellLayer().buildFor(input.without(1));
    if (stateful) {
      long batch = input.dim(0);
      if (batch < 0) {
        throw new IllegalArgumentException(
            label() + ": a stateful layer needs a known batch size, got input shape " + input);
      }
      states = (List<?>) Nest.map(cell().stateShape(), s -> stateVariable((Shape) s, batch));
    }
  }

  private Variable stateVariable(Shape shape, long batch) {
    TensorSpec spec = new TensorSpec(shape.insert(0, batch), variableDtype());
    Variable v =
        new Variable("rnn_state", spec, false, () -> Ops.zeros(spec.shape(), spec.dtype()));
    v.setPath(path() + "/rnn_state");
    return v;
  }

  /** The states kept by a stateful layer, in the cell's structure; null if there are none. */
  public final @Nullable List<?> states() {
    return states;
  }

  /** Makes the kept states zeros. */
  public final void resetState() {
    for (Object v : Nest.flatten(states)) {
      if (v instanceof Variable state) {
        state.assign(Ops.zeros(state.shape(), state.dtype()));
      }
    }
  }

  /** Zeros of {@code (batch of like, shape...)}. */
  static Tensor zeros(Tensor like, Shape shape, DType dtype) {
    long batch = like.shape().dim(0);
    Tensor zero = Prims.scalar(dtype, 0.0);
    Shape to = shape.insert(0, batch);
    return batch >= 0
        ? Prims.broadcastTo(zero, to)
        : Engine.bind(new BroadcastInDim(to, IntList.of()), List.of(zero, Prims.dimSize(like, 0)))
            .get(0);
  }

  /** What the steps over a sequence give. */
  record Sequence(@Nullable Tensor outputs, Tensor last, List<?> states) {}

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    if (!(inputs instanceof Tensor x)) {
      throw new IllegalArgumentException(label() + ": expected one tensor as input, got " + inputs);
    }
    DType dtype = cellLayer().computeDtype();
    List<?> first =
        each(firstStates(x, context.get("initial_state"), dtype), s -> ArrayLike.tensor(s, dtype));
    StepContext steps = new StepContext(context.training());
    Tensor in = x.dtype().isFloat() && dtype.isFloat() ? ArrayLike.convert(x, dtype) : x;
    Tensor mask = firstMask(context.masks());
    if (in.shape().dim(1) == 0) {
      throw new IllegalArgumentException(
          label() + ": expected at least one time step, got input shape " + in.shape());
    }
    Sequence s = autocasting(cellLayer(), () -> run(in, first, mask, steps));
    DType out = computeDtype();
    List<?> last = each(s.states(), t -> Prims.convert((Tensor) t, out));
    if (stateful) {
      List<Object> kept = Nest.flatten(states);
      List<Tensor> now = Nest.tensors(last);
      for (int i = 0; i < kept.size(); i++) {
        Variable v = (Variable) kept.get(i);
        v.assign(Prims.convert(now.get(i), v.dtype()));
      }
    }
    Tensor y = Prims.convert(returnSequences ? Objects.requireNonNull(s.outputs()) : s.last(), out);
    if (!returnState) {
      return y;
    }
    List<Object> all = new ArrayList<>();
    all.add(y);
    all.addAll(last);
    return all;
  }

  private static List<?> each(List<?> states, UnaryOperator<@Nullable Object> f) {
    return (List<?>) Objects.requireNonNull(Nest.map(states, f));
  }

  private static @Nullable Tensor firstMask(@Nullable Object masks) {
    List<Object> flat = Nest.flatten(masks);
    return flat.isEmpty() ? null : (Tensor) flat.get(0);
  }

  private List<?> firstStates(Tensor x, @Nullable Object given, DType dtype) {
    if (given != null) {
      return given instanceof List<?> l ? l : List.of(given);
    }
    if (stateful && states != null) {
      long expected = ((Variable) Nest.flatten(states).get(0)).shape().dim(0);
      long batch = x.shape().dim(0);
      if (batch >= 0 && batch != expected) {
        throw new IllegalArgumentException(label() + ": a stateful layer keeps the batch size "
            + expected + " it was built with, got input shape " + x.shape());
      }
      return states;
    }
    return cell().initialState(s -> zeros(x, s, dtype));
  }

  /** Steps over the sequence; kernels for whole sequences come in here. */
  Sequence run(Tensor x, List<?> first, @Nullable Tensor mask, StepContext context) {
    if (context.training()) {
      cell().prepare(stepOf(x, 0), first, context);
    }
    Tensor keep = mask == null ? null : Ops.notEqual(mask, false);
    if (unroll) {
      return unrolled(x, first, keep, context);
    }
    Tensor time = Prims.swap(x, 0, 1);
    Tensor timeMask = keep == null ? null : Prims.swap(keep, 0, 1);
    List<Object> in = new ArrayList<>(List.of(time));
    if (timeMask != null) {
      in.add(timeMask);
    }
    Scanned<Object, Tensor> end = Ops.scan(
        (state, xs) -> {
          List<?> now = (List<?>) state;
          Tensor m = xs.size() > 1 ? (Tensor) xs.get(1) : null;
          RNNCell.Step s = cell().step((Tensor) xs.get(0), now, context);
          if (m == null) {
            return new Scanned<>((Object) s.states(), s.output());
          }
          Tensor otherwise = zeroOutputForMask ? Prims.zerosLike(s.output()) : previousOutput(now);
          return new Scanned<>(
              (Object) choose(m, s.states(), now), choose(m, s.output(), otherwise));
        },
        (Object) first,
        in,
        null,
        goBackwards,
        1);
    // outputs stand at their steps; in the order of processing the last step comes first
    Tensor ordered = goBackwards ? Prims.reverse(end.output(), 0) : end.output();
    long n = ordered.shape().dim(0);
    Tensor last = goBackwards
        ? Prims.slice(end.output(), 0, 0, 1)
        : n >= 0 ? Prims.slice(ordered, 0, n - 1, n) : Ops.take(ordered, new int[] {-1}, 0);
    return new Sequence(Prims.swap(ordered, 0, 1), Ops.squeeze(last, 0), (List<?>) end.carry());
  }

  private static Tensor previousOutput(List<?> states) {
    // the last cell's first state, if cells are stacked
    return states.get(0) instanceof Tensor t
        ? t
        : (Tensor) ((List<?>) states.get(states.size() - 1)).get(0);
  }

  private static List<?> choose(Tensor mask, List<?> yes, List<?> no) {
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < yes.size(); i++) {
      out.add(
          yes.get(i) instanceof List<?> l
              ? choose(mask, l, (List<?>) no.get(i))
              : choose(mask, (Tensor) yes.get(i), (Tensor) no.get(i)));
    }
    return out;
  }

  private static Tensor choose(Tensor mask, Tensor yes, Tensor no) {
    int[] added = new int[yes.rank() - mask.rank()];
    for (int i = 0; i < added.length; i++) {
      added[i] = mask.rank() + i;
    }
    return Prims.select(Prims.broadcastLike(Prims.expandDims(mask, added), yes), yes, no);
  }

  private static Tensor stepOf(Tensor x, long i) {
    return Ops.squeeze(Prims.slice(x, 1, i, i + 1), 1);
  }

  private Sequence unrolled(Tensor x, List<?> first, @Nullable Tensor mask, StepContext context) {
    long n = x.shape().dim(1);
    if (n <= 0) {
      throw new IllegalArgumentException(
          label() + ": to unroll needs a known number of steps, got input shape " + x.shape());
    }
    List<Tensor> outputs = new ArrayList<>();
    List<?> now = first;
    for (long k = 0; k < n; k++) {
      long i = goBackwards ? n - 1 - k : k;
      RNNCell.Step s = cell().step(stepOf(x, i), now, context);
      if (mask == null) {
        outputs.add(s.output());
        now = s.states();
      } else {
        Tensor m = stepOf(mask, i);
        Tensor before =
            outputs.isEmpty() ? Prims.zerosLike(s.output()) : outputs.get(outputs.size() - 1);
        outputs.add(choose(m, s.output(), before));
        now = choose(m, s.states(), now);
      }
    }
    Tensor all = returnSequences ? Ops.stack(outputs, 1) : null;
    return new Sequence(all, outputs.get(outputs.size() - 1), now);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    Tensor mask = returnSequences ? firstMask(previousMask) : null;
    if (!returnState || mask == null) {
      return mask;
    }
    List<Object> out = new ArrayList<>(List.of(mask));
    cell().stateShape().forEach(s -> out.add(null));
    return out;
  }
}
