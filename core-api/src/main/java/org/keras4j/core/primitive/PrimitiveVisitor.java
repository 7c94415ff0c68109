package org.keras4j.core.primitive;

/**
 * One method for each primitive: a backend's lowering, the gradient rules, and every other analysis
 * that must know all of them implement this, so that a missing one is a compile error.
 *
 * @param <C> what the caller hands along
 * @param <R> the result
 */
public interface PrimitiveVisitor<C, R> {
  R constant(ArrayConstant p, C context);

  R iota(Iota p, C context);

  R randomBits(RandomBits p, C context);

  R unary(Unary p, C context);

  R binary(Binary p, C context);

  R compare(Compare p, C context);

  R select(Select p, C context);

  R convert(Convert p, C context);

  R bitcast(Bitcast p, C context);

  R populationCount(PopulationCount p, C context);

  R leadingZeros(LeadingZeros p, C context);

  R reducePrecision(ReducePrecision p, C context);

  R reshape(ReshapeTo p, C context);

  R broadcastInDim(BroadcastInDim p, C context);

  R transpose(Transpose p, C context);

  R reverse(Reverse p, C context);

  R slice(Slice p, C context);

  R pad(Pad p, C context);

  R concatenate(Concat p, C context);

  R dynamicSlice(DynamicSlice p, C context);

  R dynamicUpdateSlice(DynamicUpdateSlice p, C context);

  R dimSize(DimSize p, C context);

  R take(Take p, C context);

  R gatherNd(GatherNd p, C context);

  R scatterNd(ScatterNd p, C context);

  R reduce(Reduce p, C context);

  R argReduce(ArgReduce p, C context);

  R cumulative(Cumulative p, C context);

  R reduceWindow(ReduceWindow p, C context);

  R windowSelectAdd(WindowSelectAdd p, C context);

  R dotGeneral(DotGeneral p, C context);

  R conv(Conv p, C context);

  R convInputGrad(ConvInputGrad p, C context);

  R convKernelGrad(ConvKernelGrad p, C context);

  R sort(Sort p, C context);

  R topK(TopK p, C context);

  R fft(Fft p, C context);

  R cholesky(Cholesky p, C context);

  R triangularSolve(TriangularSolve p, C context);

  R lu(Lu p, C context);

  R qr(Qr p, C context);

  R svd(Svd p, C context);

  R eigh(Eigh p, C context);

  R eig(Eig p, C context);

  R caseOf(Case p, C context);

  R whileLoop(While p, C context);

  R scan(Scan p, C context);

  R stopGradient(StopGradient p, C context);

  R barrier(Barrier p, C context);

  R hostCall(HostCall p, C context);

  R composite(Composite p, C context);
}
