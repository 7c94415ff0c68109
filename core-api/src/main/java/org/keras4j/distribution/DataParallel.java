package org.keras4j.distribution;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.spi.Collectives;

/**
 * Each process, or device, works on some of the samples of every batch, with all weights ({@code
 * keras.distribution.DataParallel}).
 *
 * <p>Losses, metrics, statistics of batch normalization, random numbers and weights are those that one process has with
 * the whole batch, but for rounding: the compiled step is divided where its values have an axis of samples, and what sums
 * over samples is summed over the processes. So all processes run the same program on the same data, and {@code batchSize}
 * is that of all together; each takes its samples of every batch. A batch of fewer samples than there are processes is
 * worked on by every one of them.
 *
 * <pre>{@code
 * Distribution.initialize();
 * Distribution.setDistribution(new DataParallel());
 * model.fit(x, y, Fit.epochs(5).batchSize(256));
 * Distribution.shutdown();
 * }</pre>
 */
public final class DataParallel extends Distribution {
  private static final Log LOG = Log.of(DataParallel.class);
  private static final String BATCH = "batch";

  private final @Nullable Collectives collectives;

  /**
   * Over the processes that {@link Distribution#initialize()} connected; in one that is alone, over all devices of a backend
   * that divides programs among them, which XLA does.
   */
  public DataParallel() {
    this(Distribution.processes());
  }

  /**
   * Over some processes.
   *
   * @param collectives this process's end of them; null for this one alone, with all its devices
   */
  public DataParallel(@Nullable Collectives collectives) {
    super(mesh(collectives));
    this.collectives = collectives;
  }

  /**
   * Over the devices of one process.
   *
   * @param deviceMesh samples are divided along its first axis, which should be the only one
   */
  public DataParallel(DeviceMesh deviceMesh) {
    super(deviceMesh);
    this.collectives = null;
    if (deviceMesh.shape().rank() > 1) {
      LOG.warn("DataParallel: expected a mesh of one axis, got " + deviceMesh.axes()
          + "; samples are divided along the first");
    }
  }

  /**
   * Over the devices of one process.
   *
   * @param devices their names, as {@link Distribution#listDevices()} has them; at least one
   */
  public DataParallel(List<String> devices) {
    this(new DeviceMesh(Shape.of(devices.size()), List.of(BATCH), devices));
  }

  private static DeviceMesh mesh(@Nullable Collectives c) {
    List<String> devices = Distribution.listDevices(c);
    boolean one = c == null && !Keras.backend().dividesPrograms();
    List<String> used = one ? devices.subList(0, 1) : devices;
    return new DeviceMesh(Shape.of(used.size()), List.of(BATCH), used);
  }

  @Override
  public String batchDimName() {
    return deviceMesh().axisNames().get(0);
  }

  @Override
  public @Nullable Collectives collectives() {
    return collectives;
  }

  /** Null: values between the layers stay as they are. */
  @Override
  public @Nullable TensorLayout tensorLayout(String path) {
    return null;
  }
}
