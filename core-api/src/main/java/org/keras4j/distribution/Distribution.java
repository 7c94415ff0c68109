package org.keras4j.distribution;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorRelayout;
import org.keras4j.core.Variable;
import org.keras4j.core.VariableScope;
import org.keras4j.core.context.Context;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesException;
import org.keras4j.core.spi.CollectivesProvider;

/**
 * How the work of a model is divided among devices or processes ({@code keras.distribution.Distribution}). One that is in
 * force, by {@link #setDistribution} or {@link #scope}, is what {@code fit}, {@code evaluate}, {@code predict} and their
 * relatives run under; the code of the model stays the same.
 */
public abstract class Distribution {
  private static final Context.Key<Distribution> SCOPED = Context.Key.inherited("distribution");
  private static final int MINUTES = 10;
  private static volatile @Nullable Distribution global;
  private static volatile @Nullable Collectives group;

  private final DeviceMesh deviceMesh;

  /** Over a mesh. */
  protected Distribution(DeviceMesh deviceMesh) {
    this.deviceMesh = deviceMesh;
  }

  /** The devices. */
  public final DeviceMesh deviceMesh() {
    return deviceMesh;
  }

  /** The axis of the mesh along which the samples of a batch are divided. */
  public abstract String batchDimName();

  /** The processes that it runs in; null if this one is all. */
  public abstract @Nullable Collectives collectives();

  /**
   * How an array of inputs, targets or sample weights lies on the devices ({@code get_data_layout}): divided along its first
   * axis, which counts samples. Where these do not divide evenly, a program has them whole on every device.
   *
   * @param shape of the array
   * @return a layout of as many dimensions
   */
  public TensorLayout dataLayout(Shape shape) {
    List<@Nullable String> axes = new ArrayList<>(Collections.nCopies(shape.rank(), null));
    if (!axes.isEmpty()) {
      axes.set(0, batchDimName());
    }
    return new TensorLayout(axes, deviceMesh);
  }

  /**
   * How a variable lies on the devices ({@code get_variable_layout}): as it says itself ({@link Variable#sharding()}), else as
   * the distribution has it for its path, else, a slot of an optimizer, like the weight it belongs to, else whole on every
   * device.
   *
   * @throws IllegalArgumentException if the variable has a layout for another mesh
   */
  public final TensorLayout variableLayout(Variable variable) {
    Sharding own = variable.sharding();
    if (own != null) {
      if (!own.mesh().equals(deviceMesh.axes())) {
        throw new IllegalArgumentException(
            "Variable '" + variable.path() + "' is laid out on a mesh " + own.mesh()
                + ", the distribution in force has " + deviceMesh.axes());
      }
      return TensorLayout.named(own, deviceMesh);
    }
    TensorLayout ruled = ruledLayout(variable);
    if (ruled != null) {
      return ruled;
    }
    Variable weight = variable.reference();
    return weight != null
        ? variableLayout(weight)
        : TensorLayout.named(
            Sharding.replicated(deviceMesh.axes(), variable.shape().rank()), deviceMesh);
  }

  /**
   * What this distribution says of a variable itself.
   *
   * @return null if nothing, as here
   */
  protected @Nullable TensorLayout ruledLayout(Variable variable) {
    return null;
  }

  /**
   * How a value inside a model lies on the devices ({@code get_tensor_layout}).
   *
   * @param path the path of a layer with {@code /output} behind it: {@code sequential/dense/output}
   * @return null if it stays as the compiler has it
   */
  public abstract @Nullable TensorLayout tensorLayout(String path);

  /**
   * A tensor with another layout ({@code keras.distribution.distribute_tensor}): where a step is compiled for the devices of
   * a mesh, the value lies so there, and so does its gradient. Outside of a step a tensor with numbers is copied to the
   * devices of the layout's mesh, if the backend has them and the dimensions divide evenly. Elsewhere, and for symbolic tensors, it is the
   * tensor itself.
   *
   * @param tensor of any shape and dtype
   * @param layout for the mesh of the distribution in force; dimensions need not divide evenly
   * @return the same elements
   * @throws IllegalArgumentException if the layout has more dimensions than the tensor, or is for another mesh
   */
  public static Tensor distributeTensor(Tensor tensor, TensorLayout layout) {
    if (tensor instanceof KerasTensor) {
      return tensor;
    }
    if (tensor instanceof EagerTensor e && VariableScope.current() == null) {
      return placed(e, layout);
    }
    return Relayout.IN_USE.relayout(tensor, layout.sharding());
  }

  private static Tensor placed(EagerTensor tensor, TensorLayout layout) {
    DeviceMesh mesh = layout.deviceMesh();
    Sharding sharding = layout.sharding().ofRank(tensor.shape().rank());
    Backend backend = tensor.backend();
    if (mesh == null
        || mesh.devices().size() == 1
        || !backend.dividesPrograms()
        || !backend.devices().containsAll(mesh.devices())
        || sharding.uneven(tensor.shape().toArray()) >= 0) {
      return Relayout.IN_USE.relayout(tensor, layout.sharding());
    }
    Placement to = new Placement(sharding, mesh.devices());
    return to.equals(tensor.handle().placement())
        ? tensor
        : new EagerTensor(backend, backend.fromHost(tensor.toNDArray(), to));
  }

  /** Looked for when it is first needed. */
  private static final class Relayout {
    static final TensorRelayout IN_USE = ServiceLoader.load(
            TensorRelayout.class, Distribution.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "Distribution.distributeTensor needs the module keras4j-ops on the class path"));
  }

  /** Runs with this distribution in force on this thread. */
  public final <R extends @Nullable Object> R scope(Supplier<R> body) {
    return SCOPED.with(this, body);
  }

  /** Runs with this distribution in force on this thread. */
  public final void scope(Runnable body) {
    SCOPED.with(this, () -> {
      body.run();
      return null;
    });
  }

  /** The distribution in force here ({@code keras.distribution.distribution}), or null. */
  public static @Nullable Distribution distribution() {
    Distribution scoped = SCOPED.get();
    return scoped != null ? scoped : global;
  }

  /** Puts a distribution in force everywhere; null for none ({@code keras.distribution.set_distribution}). */
  public static void setDistribution(@Nullable Distribution value) {
    global = value;
  }

  /**
   * Whether this process is the one that prints, and writes files: rank 0 of the processes in force, or the only one.
   */
  public static boolean isChief() {
    Distribution d = distribution();
    Collectives c = d == null ? null : d.collectives();
    return c == null || c.rank() == 0;
  }

  /**
   * Connects this process with the others that the environment tells of, as {@code torchrun}, Kubernetes' training operators
   * and {@code bin/keras4j launch} set it: {@code MASTER_ADDR}, {@code MASTER_PORT}, {@code RANK} and {@code WORLD_SIZE};
   * waits at most ten minutes for them, and for each operation later, or as many seconds as {@code KERAS4J_TIMEOUT} says. Where
   * there is no {@code WORLD_SIZE}, Keras's own {@code KERAS_DISTRIBUTION_JOB_ADDRESSES}, {@code
   * KERAS_DISTRIBUTION_NUM_PROCESSES} and {@code KERAS_DISTRIBUTION_PROCESS_ID} tell. A process that is alone in the environment
   * is connected with nobody.
   *
   * @throws IllegalStateException if the environment does not tell, or no engine is on the class path
   */
  public static void initialize() {
    String size = System.getenv("WORLD_SIZE");
    if (size == null && System.getenv("KERAS_DISTRIBUTION_NUM_PROCESSES") != null) {
      initialize(
          variable("KERAS_DISTRIBUTION_JOB_ADDRESSES"),
          number("KERAS_DISTRIBUTION_NUM_PROCESSES", variable("KERAS_DISTRIBUTION_NUM_PROCESSES")),
          number("KERAS_DISTRIBUTION_PROCESS_ID", variable("KERAS_DISTRIBUTION_PROCESS_ID")),
          timeout());
      return;
    }
    if (size == null) {
      throw new IllegalStateException("Distribution.initialize: the environment has no WORLD_SIZE;"
          + " start the processes by 'keras4j launch', torchrun or the like, or give address,"
          + " number of processes and rank");
    }
    initialize(
        variable("MASTER_ADDR") + ":" + variable("MASTER_PORT"),
        number("WORLD_SIZE", size),
        number("RANK", variable("RANK")),
        timeout());
  }

  private static Duration timeout() {
    String seconds = System.getenv("KERAS4J_TIMEOUT");
    return seconds == null
        ? Duration.ofMinutes(MINUTES)
        : Duration.ofSeconds(number("KERAS4J_TIMEOUT", seconds));
  }

  private static String variable(String name) {
    String v = System.getenv(name);
    if (v == null) {
      throw new IllegalStateException(
          "Distribution.initialize: the environment tells how many processes there are, but has no "
              + name);
    }
    return v;
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "Distribution.initialize: " + name + " must be a whole number, got '" + value + "'", e);
    }
  }

  /**
   * Connects this process with others ({@code keras.distribution.initialize}).
   *
   * @param jobAddress host and port of rank 0, {@code "10.0.0.1:29500"}, or, after commas, of all ranks
   * @param numProcesses how many processes there are
   * @param processId the rank of this one, from 0
   */
  public static void initialize(String jobAddress, int numProcesses, int processId) {
    initialize(jobAddress, numProcesses, processId, Duration.ofMinutes(MINUTES));
  }

  /**
   * Connects this process with others.
   *
   * @param jobAddress host and port of rank 0, {@code "10.0.0.1:29500"}, or, after commas, of all ranks
   * @param numProcesses how many processes there are
   * @param processId the rank of this one, from 0
   * @param timeout how long to wait for the others, now and in each operation
   * @throws IllegalStateException if it is connected already, or no engine is on the class path
   * @throws CollectivesException if the others do not come, or do not fit
   */
  public static synchronized void initialize(
      String jobAddress, int numProcesses, int processId, Duration timeout) {
    if (group != null) {
      throw new IllegalStateException(
          "Distribution.initialize: this process is connected already; call shutdown before");
    }
    String first = first(jobAddress, numProcesses);
    int colon = first.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "Distribution.initialize: expected an address host:port, got '" + jobAddress + "'");
    }
    if (numProcesses < 1 || processId < 0 || processId >= numProcesses) {
      throw new IllegalArgumentException("Distribution.initialize: rank " + processId + " of "
          + numProcesses + " processes; ranks count from 0");
    }
    if (numProcesses == 1) {
      return;
    }
    CollectivesProvider engine = ServiceLoader.load(CollectivesProvider.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Distribution.initialize: no engine that"
            + " connects processes is on the class path; add the artifact"
            + " keras4j-distribution-gloo"));
    Keras.backend(); // its libraries are loaded as it needs them, before those of the engine
    group = engine.connect(
        first.substring(0, colon),
        number("the port of the address", first.substring(colon + 1)),
        processId,
        numProcesses,
        timeout);
  }

  private static String first(String addresses, int numProcesses) {
    String[] all = addresses.split(",", -1);
    if (all.length > 1 && all.length != numProcesses) {
      throw new IllegalArgumentException("Distribution.initialize: " + all.length
          + " addresses for " + numProcesses + " processes, got '" + addresses + "'");
    }
    return all[0].strip();
  }

  /** Leaves the other processes, once they do so too; what was in force is so no more. */
  public static synchronized void shutdown() {
    Collectives c = group;
    group = null;
    global = null;
    if (c != null) {
      c.close();
    }
  }

  /** The processes that {@link #initialize()} connected; null if there are none. */
  public static @Nullable Collectives processes() {
    return group;
  }

  /**
   * The devices of all processes ({@code keras.distribution.list_devices}): those of the backend in use; where there are
   * several processes, the first one of each, {@code "rank:2/cpu"}.
   */
  public static List<String> listDevices() {
    return listDevices(group);
  }

  /**
   * The devices of one kind.
   *
   * @param deviceType {@code "cpu"} or {@code "gpu"}
   * @return none if the backend in use has none of it
   */
  public static List<String> listDevices(String deviceType) {
    String kind = deviceType.toLowerCase(Locale.ROOT);
    return listDevices().stream()
        .filter(d -> d.substring(d.lastIndexOf('/') + 1).replaceFirst(":.*", "").equals(kind))
        .toList();
  }

  /** How many devices there are ({@code keras.distribution.get_device_count}). */
  public static int deviceCount() {
    return listDevices().size();
  }

  /** How many devices of a kind there are; see {@link #listDevices(String)}. */
  public static int deviceCount(String deviceType) {
    return listDevices(deviceType).size();
  }

  static List<String> listDevices(@Nullable Collectives processes) {
    List<String> own = Keras.backend().devices();
    if (processes == null) {
      return List.copyOf(own);
    }
    List<String> out = new ArrayList<>();
    for (int r = 0; r < processes.size(); r++) {
      out.add("rank:" + r + "/" + own.get(0));
    }
    return out;
  }
}
