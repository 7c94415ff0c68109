package org.keras4j.ops.internal.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasName;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.grad.CustomGradient;
import org.keras4j.ops.internal.batching.Batching;
import org.keras4j.ops.types.Scanned;
import org.keras4j.ops.types.TensorFunction;

/**
 * Branches and loops. Functions given to them take and give nested structures of tensors (lists, maps),
 * and may use tensors and variables from outside, and assign variables.
 */
public final class ControlOps {
  private ControlOps() {}

  /**
   * The result of one of two functions ({@code keras.ops.cond}). In a compiled function both are traced and
   * one of them runs; they must give the same structure, shapes and dtypes.
   *
   * @param pred a scalar, true where not 0
   */
  @SuppressWarnings("unchecked")
  public static <R extends @Nullable Object> R cond(
      Object pred, Supplier<? extends R> trueFn, Supplier<? extends R> falseFn) {
    return (R) Op.<@Nullable Object>call(
        "ops.cond", a -> Choices.cond(a, trueFn, falseFn), pred, trueFn, falseFn);
  }

  /**
   * The result of the branch that an index says ({@code keras.ops.switch}); an index out of bounds means the
   * nearest branch.
   *
   * @param index an integer scalar
   * @param branches functions of the list of operands, which give the same structure, shapes and dtypes
   * @param operands tensors, or nested structures of them
   */
  @KerasName("switch")
  @SuppressWarnings("unchecked")
  public static <R extends @Nullable Object> R switchCase(
      Object index,
      List<? extends Function<? super List<Object>, ? extends R>> branches,
      Object... operands) {
    return (R) Op.<@Nullable Object>call(
        "ops.switch", a -> Choices.choose(a, branches), index, branches, Arrays.asList(operands));
  }

  /** A loop without a bound on its steps. */
  public static <S> S whileLoop(Function<? super S, ?> cond, UnaryOperator<S> body, S loopVars) {
    return whileLoop(cond, body, loopVars, null);
  }

  /**
   * Repeats the body while the condition holds ({@code keras.ops.while_loop}). It has a gradient where {@code
   * maximumIterations} is given: differentiated, it runs as a scan of that many steps, of which those after the
   * end keep the variables, so that memory grows with the bound. Without it asking for a gradient is an error;
   * {@link #foriLoop} and {@link #scan} know their number of steps.
   *
   * @param cond from the loop's variables to a bool scalar
   * @param body from the loop's variables to their next values, of the same shapes and dtypes
   * @param loopVars the variables' first values: a tensor, or a nested structure
   * @param maximumIterations after how many steps to stop at the latest, or null
   * @return the variables' last values
   */
  @SuppressWarnings("unchecked")
  public static <S> S whileLoop(
      Function<? super S, ?> cond,
      UnaryOperator<S> body,
      S loopVars,
      @Nullable Integer maximumIterations) {
    return (S) Op.<Object>call(
        "ops.while_loop",
        a -> Loops.whileLoop(
            a.name(), x -> cond.apply((S) x), x -> body.apply((S) x), a.get(2), maximumIterations),
        cond,
        body,
        loopVars,
        maximumIterations);
  }

  /**
   * Runs a body for each integer from {@code lower} to below {@code upper} ({@code keras.ops.fori_loop}).
   * With bounds that are Java numbers it can be differentiated.
   *
   * @param lower an integer scalar
   * @param upper an integer scalar
   * @param bodyFun from the integer (a scalar tensor) and the state to the next state
   * @param initVal the first state: a tensor, or a nested structure
   * @return the last state
   */
  @SuppressWarnings("unchecked")
  public static <S> S foriLoop(
      Object lower, Object upper, BiFunction<Tensor, S, S> bodyFun, S initVal) {
    return (S) Op.<Object>call(
        "ops.fori_loop",
        a -> Loops.fori(a, (i, x) -> bodyFun.apply(i, (S) x)),
        lower,
        upper,
        bodyFun,
        initVal);
  }

  /** Scans forward over {@code xs}. */
  public static <C, X extends @Nullable Object, Y extends @Nullable Object> Scanned<C, Y> scan(
      BiFunction<C, X, Scanned<C, Y>> f, C init, X xs) {
    return scan(f, init, xs, null, false, 1);
  }

  /**
   * Steps over the first axis of tensors, carrying a state along ({@code keras.ops.scan}): {@code (carry,
   * y[i]) = f(carry, x[i])}. The carry keeps shapes and dtypes.
   *
   * @param f one step, from the carry and a slice of {@code xs}
   * @param init the first carry: a tensor, or a nested structure
   * @param xs tensors {@code (n, ...)}, a nested structure; null if {@code length} is given
   * @param length the number of steps; null for {@code n}
   * @param reverse whether to start from the end; outputs stand where their slices stand
   * @param unroll taken for Keras's sake: steps are not unrolled
   * @return the last carry, and the outputs stacked
   */
  @SuppressWarnings("unchecked")
  public static <C, X extends @Nullable Object, Y extends @Nullable Object> Scanned<C, Y> scan(
      BiFunction<C, X, Scanned<C, Y>> f,
      C init,
      X xs,
      @Nullable Integer length,
      boolean reverse,
      Object unroll) {
    List<?> pair = Op.call(
        "ops.scan",
        a -> Loops.scan(
            a.name(), (c, x) -> f.apply((C) c, (X) x), a.get(1), a.get(2), length, reverse),
        f,
        init,
        xs,
        length,
        reverse,
        unroll);
    return new Scanned<>((C) pair.get(0), (Y) pair.get(1));
  }

  /**
   * Applies a function to each slice along the first axis, one after another, and stacks the results ({@code
   * keras.ops.map}).
   *
   * @param f from a slice {@code (...)} to a tensor or nested structure
   * @param xs a tensor {@code (n, ...)}, or a nested structure of such
   */
  @SuppressWarnings("unchecked")
  public static <X, Y> Y map(Function<X, Y> f, X xs) {
    return (Y) Op.<Object>call(
        "ops.map", a -> Loops.map(a.name(), x -> f.apply((X) x), a.get(1)), f, xs);
  }

  /** A scan from the start along the first axis. */
  public static <S> S associativeScan(BinaryOperator<S> f, S elems) {
    return associativeScan(f, elems, false, 0);
  }

  /**
   * All prefixes of a fold with an associative function, in a logarithmic number of calls ({@code
   * keras.ops.associative_scan}): element {@code k} of the result is {@code f(...f(x0, x1)..., xk)}.
   *
   * @param f combines two stacks of elements, each with each
   * @param elems a tensor with elements along {@code axis}, or a nested structure of such
   * @param reverse whether to start from the end
   * @param axis the axis of the elements
   */
  @SuppressWarnings("unchecked")
  public static <S> S associativeScan(BinaryOperator<S> f, S elems, boolean reverse, int axis) {
    return (S) Op.<Object>call(
        "ops.associative_scan",
        a -> AssociativeScan.scan(
            a.name(), (x, y) -> f.apply((S) x, (S) y), a.get(1), reverse, axis),
        f,
        elems,
        reverse,
        axis);
  }

  /**
   * Applies a function of one element to all elements along the first axis at once ({@code
   * keras.ops.vectorized_map}): what it does with one, each operation does with the batch.
   *
   * @param function from a slice {@code (...)} to a tensor or nested structure
   * @param elements a tensor {@code (n, ...)}, or a nested structure of such
   */
  @SuppressWarnings("unchecked")
  public static <X, Y> Y vectorizedMap(Function<X, Y> function, X elements) {
    return (Y) Op.<Object>call(
        "ops.vectorized_map",
        a -> Batching.map(a.name(), x -> function.apply((X) x), a.get(1)),
        function,
        elements);
  }

  // ---- derivatives

  /**
   * A function with a gradient of its own ({@code keras.ops.custom_gradient}).
   *
   * @param f from tensors to a result and its gradient: a function of one cotangent for each output that
   *     gives one for each argument, null for none
   */
  @SuppressWarnings("unchecked")
  public static <R> TensorFunction<R> customGradient(
      Function<List<Tensor>, CustomGradient.WithGradient<R>> f) {
    return args -> (R) Op.<Object>call(
        "ops.custom_gradient",
        a -> {
          List<Tensor> tensors = new ArrayList<>();
          for (int i = 0; i < args.length; i++) {
            tensors.add(a.tensor(i));
          }
          return CustomGradient.call(f, tensors);
        },
        args);
  }
}
