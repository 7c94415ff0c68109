package org.keras4j.distribution;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Variable;
import org.keras4j.core.spi.Collectives;

/**
 * Weights divided among devices as a {@link LayoutMap} says, and samples along one axis of its mesh ({@code
 * keras.distribution.ModelParallel}).
 *
 * <p>Losses, metrics, random numbers and weights are those that one device has, but for rounding: the compiler divides the
 * step as a whole. A variable whose path no key matches lies on every device as a whole; a slot of an optimizer lies like
 * the weight that it belongs to, unless a key matches its own path, {@code adam/dense_kernel_momentum} for instance: so an
 * optimizer's state is divided where weights are not (ZeRO; Rajbhandari et al., 2020).
 *
 * <pre>{@code
 * DeviceMesh mesh = DeviceMesh.planned(Shape.of(2, 2), List.of("batch", "model"));
 * LayoutMap layouts = new LayoutMap(mesh)
 *     .put(".*dense.*kernel", null, "model")
 *     .put(".*dense.*bias", "model");
 * new ModelParallel(layouts).scope(
 *     () -> StepExport.train(model, Batch.of(x, y), Path.of("step")));
 * }</pre>
 */
public final class ModelParallel extends Distribution {
  private final LayoutMap layoutMap;
  private final String batchDimName;

  /**
   * With the samples of a batch divided along the first axis of the mesh.
   *
   * @param layoutMap layouts by path, and the mesh
   */
  public ModelParallel(LayoutMap layoutMap) {
    this(layoutMap, layoutMap.deviceMesh().axisNames().get(0));
  }

  /**
   * With the samples of a batch divided along an axis of choice.
   *
   * @param layoutMap layouts by path, and the mesh
   * @param batchDimName an axis of the mesh
   * @throws IllegalArgumentException if the mesh has no such axis
   */
  public ModelParallel(LayoutMap layoutMap, String batchDimName) {
    super(layoutMap.deviceMesh());
    layoutMap.deviceMesh().size(batchDimName);
    this.layoutMap = layoutMap;
    this.batchDimName = batchDimName;
  }

  /** The layouts. */
  public LayoutMap layoutMap() {
    return layoutMap;
  }

  @Override
  public String batchDimName() {
    return batchDimName;
  }

  @Override
  public @Nullable Collectives collectives() {
    return null;
  }

  @Override
  protected @Nullable TensorLayout ruledLayout(Variable variable) {
    return layoutMap.get(variable.path());
  }

  @Override
  public @Nullable TensorLayout tensorLayout(String path) {
    return layoutMap.get(path);
  }
}
