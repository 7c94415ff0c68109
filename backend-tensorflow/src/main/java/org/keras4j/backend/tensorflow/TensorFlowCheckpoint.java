package org.keras4j.backend.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.backend.tensorflow.runtime.Checkpoint;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * Checkpoints of TensorFlow, as {@code tf.train.Checkpoint} writes them: {@code PREFIX.index} and {@code PREFIX.data-00000-of-00001}.
 * Variables of any backend are found by their paths, which are those of Keras: a checkpoint of a Keras model that Python's TensorFlow
 * wrote, its optimizer included, is read into the same model here.
 *
 * <pre>{@code
 * TensorFlowCheckpoint.write(Path.of("step-100"), model.variables());
 * TensorFlowCheckpoint.restore(Path.of("step-100"), model.variables());
 * }</pre>
 *
 * <p>In Python {@code tf.train.load_checkpoint(prefix).get_tensor(v.path + "/.ATTRIBUTES/VARIABLE_VALUE")} is the value of a variable.
 */
public final class TensorFlowCheckpoint {
  private static final String VALUE = "VARIABLE_VALUE";
  private static final String SUFFIX = "/.ATTRIBUTES/" + VALUE;

  private TensorFlowCheckpoint() {}

  /**
   * Writes a checkpoint; one that is there already is replaced.
   *
   * @param prefix its name without the ends of its files
   * @param variables what it holds
   * @throws IllegalArgumentException if two have one path
   */
  public static void write(Path prefix, Collection<? extends Variable> variables) {
    TrackableObjectGraph.Builder graph = TrackableObjectGraph.newBuilder();
    graph.addNodesBuilder();
    Map<String, Integer> nodes = new LinkedHashMap<>();
    nodes.put("", 0);
    Map<String, NDArray> values = new LinkedHashMap<>();
    for (Variable v : variables) {
      String key = v.path() + SUFFIX;
      NDArray a = v.eager().toNDArray();
      NDArray stored = NDArray.ofBytes(a.bytes(), NativeType.storage(a.dtype()), a.shape());
      if (values.put(key, stored) != null) {
        throw new IllegalArgumentException(
            "Two variables of a checkpoint have the path '" + v.path() + "'");
      }
      graph
          .getNodesBuilder(node(graph, nodes, v.path()))
          .addAttributesBuilder()
          .setName(VALUE)
          .setFullName(v.path())
          .setCheckpointKey(key);
    }
    Checkpoint.write(
        Engine.get(), prefix.toAbsolutePath(), values, graph.build().toByteArray());
  }

  // objects within objects by the parts of a path
  private static int node(
      TrackableObjectGraph.Builder graph, Map<String, Integer> nodes, String path) {
    Integer known = nodes.get(path);
    if (known != null) {
      return known;
    }
    int cut = path.lastIndexOf('/');
    int above = node(graph, nodes, cut < 0 ? "" : path.substring(0, cut));
    int id = graph.getNodesCount();
    graph.addNodesBuilder();
    graph
        .getNodesBuilder(above)
        .addChildrenBuilder()
        .setNodeId(id)
        .setLocalName(path.substring(cut + 1));
    nodes.put(path, id);
    return id;
  }

  /**
   * The paths of the variables in a checkpoint.
   *
   * @throws IllegalArgumentException if there is no checkpoint, or none of objects
   */
  public static List<String> paths(Path prefix) {
    return List.copyOf(keys(prefix).keySet());
  }

  private static Map<String, String> keys(Path prefix) {
    Path index = prefix.resolveSibling(prefix.getFileName() + ".index");
    if (!Files.isRegularFile(index)) {
      throw new IllegalArgumentException(
          "There is no checkpoint " + prefix + ": it has no " + index.getFileName());
    }
    Map<String, String> out = new LinkedHashMap<>();
    try {
      byte[] objects = Checkpoint.objects(Engine.get(), prefix.toAbsolutePath());
      for (TrackableObjectGraph.TrackableObject o :
          TrackableObjectGraph.parseFrom(objects).getNodesList()) {
        for (TrackableObjectGraph.TrackableObject.SerializedTensor t : o.getAttributesList()) {
          if (t.getName().equals(VALUE)) {
            String key = t.getCheckpointKey();
            String path = t.getFullName().isEmpty() ? key.replace(SUFFIX, "") : t.getFullName();
            out.put(path, key);
          }
        }
      }
    } catch (BackendException | InvalidProtocolBufferException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              prefix + " is no checkpoint of objects: " + e.getMessage(), e.getCause()));
    }
    return out;
  }

  /**
   * Gives variables the values that a checkpoint has for their paths; either all of them or none.
   *
   * @param prefix its name without the ends of its files
   * @param variables whose values are wanted; what else it holds is left alone
   * @throws IllegalArgumentException if it lacks one, or has one of another shape or dtype
   */
  public static void restore(Path prefix, Collection<? extends Variable> variables) {
    Map<String, String> keys = keys(prefix);
    Map<String, TensorSpec> wanted = new LinkedHashMap<>();
    List<Variable> order = new ArrayList<>(variables);
    List<String> missing = new ArrayList<>();
    for (Variable v : order) {
      String key = keys.get(v.path());
      if (key == null) {
        missing.add(v.path());
      } else {
        wanted.put(key, v.spec().withDType(NativeType.storage(v.dtype())));
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("The checkpoint " + prefix + " has no values for "
          + missing + ", only for " + keys.keySet());
    }
    Map<String, NDArray> values = new LinkedHashMap<>();
    Path absolute = prefix.toAbsolutePath();
    try {
      Map<String, TensorSpec> plain = new LinkedHashMap<>(wanted);
      plain.values().removeIf(s -> isCount(s.dtype()));
      List<NDArray> read = Checkpoint.read(Engine.get(), absolute, plain);
      plain.keySet().forEach(k -> values.put(k, read.get(values.size())));
      wanted.forEach((key, spec) -> {
        if (isCount(spec.dtype())) {
          values.put(key, count(absolute, key, spec));
        }
      });
    } catch (BackendException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "The checkpoint " + prefix + " does not fit: " + e.getMessage(), e.getCause()));
    }
    Backend backend = Keras.backend();
    String device = Keras.device().isEmpty() ? backend.devices().get(0) : Keras.device();
    for (Variable v : order) {
      NDArray a = Objects.requireNonNull(values.get(keys.get(v.path())));
      NDArray mine = NDArray.ofBytes(a.bytes(), v.dtype(), a.shape());
      v.assign(new EagerTensor(backend, backend.fromHost(mine, device)));
    }
  }

  private static boolean isCount(DType d) {
    return d == DType.INT32 || d == DType.INT64;
  }

  // Keras counts steps in 64 bits on TensorFlow and in 32 elsewhere
  private static NDArray count(Path prefix, String key, TensorSpec spec) {
    Engine engine = Engine.get();
    try {
      return Checkpoint.read(engine, prefix, Map.of(key, spec)).get(0);
    } catch (BackendException e) {
      DType other = spec.dtype() == DType.INT32 ? DType.INT64 : DType.INT32;
      NDArray a;
      try {
        a = Checkpoint.read(engine, prefix, Map.of(key, spec.withDType(other))).get(0);
      } catch (BackendException neither) {
        e.addSuppressed(neither);
        throw e;
      }
      NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
      for (int i = 0; i < a.size(); i++) {
        long value = a.getLong(i);
        if (spec.dtype() == DType.INT32 && value != (int) value) {
          throw new IllegalArgumentException("'" + key + "' of the checkpoint " + prefix + " is "
              + value + ", which int32 does not hold");
        }
        out.setLong(i, value);
      }
      return out;
    }
  }
}
