package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;

/**
 * One kind of node of the graph, with its attributes. The set is closed: each primitive has one shape
 * rule and its traits (here), one gradient rule, and one lowering per backend.
 */
public sealed interface Primitive
    permits ArgReduce,
        Barrier,
        Binary,
        Bitcast,
        BroadcastInDim,
        Compare,
        Composite,
        Concat,
        ArrayConstant,
        Conv,
        ControlFlow,
        ConvInputGrad,
        ConvKernelGrad,
        Convert,
        Cumulative,
        DimSize,
        DotGeneral,
        DynamicSlice,
        DynamicUpdateSlice,
        Factorization,
        Fft,
        GatherNd,
        HostCall,
        Iota,
        LeadingZeros,
        Pad,
        PopulationCount,
        RandomBits,
        Reduce,
        ReducePrecision,
        ReduceWindow,
        ReshapeTo,
        Reverse,
        ScatterNd,
        Select,
        Slice,
        Sort,
        StopGradient,
        Take,
        TopK,
        Transpose,
        TriangularSolve,
        Unary,
        WindowSelectAdd {
  /**
   * The shape-and-dtype rule; dimensions may be unknown.
   *
   * @throws IllegalArgumentException if the inputs do not fit, naming what was got and expected
   */
  List<TensorSpec> infer(List<TensorSpec> in);

  /** What the machinery asks of it without telling kinds apart. */
  Set<Trait> traits();

  /** Whether it has a trait. */
  default boolean is(Trait trait) {
    return traits().contains(trait);
  }

  /** Calls the visitor's method for this kind. */
  <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context);

  /** The graphs that it runs, in the order of its attributes; none for most kinds. */
  default List<Graph> bodies() {
    return List.of();
  }

  /** The primitive with other graphs in place of its {@link #bodies()}, as many. */
  default Primitive withBodies(List<Graph> bodies) {
    return this;
  }

  /** What it gives, if that is known without inputs; else null. */
  default @Nullable NDArray literal() {
    return null;
  }

  /** The name of the kind for messages and listings. */
  default String label() {
    return getClass().getSimpleName();
  }
}
