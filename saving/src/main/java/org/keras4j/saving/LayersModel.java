package org.keras4j.saving;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.layers.Layer;
import org.keras4j.models.Load;
import org.keras4j.models.Model;
import org.keras4j.ops.internal.engine.ArrayLike;

/**
 * The layers format of TensorFlow.js: {@code model.json} with the config and a list of weights, and their bytes in files beside it,
 * one weight after the other, perhaps as integers of 8 or 16 bits with a scale and a least value, or as halves.
 */
final class LayersModel {
  private static final String TOPOLOGY = "modelTopology";
  private static final String MANIFEST = "weightsManifest";
  private static final long MEMORY_BESIDES = 64L << 20;

  private LayersModel() {}

  /** Whether a file's name is one of this format. */
  static boolean isNamed(Path file) {
    return file.toString().endsWith(".json");
  }

  /** The model, which is not compiled. */
  static Model read(Path file, Load options) throws IOException {
    ReadLimits limits = options.limits();
    if (Files.size(file) > limits.maxConfigBytes()) {
      throw new FileFormatException("it has " + Files.size(file) + " bytes, more than the "
          + limits.maxConfigBytes() + " that are taken (ReadLimits.maxConfigBytes)");
    }
    Map<?, ?> json;
    try {
      json = Json.readObject(Files.readAllBytes(file), limits);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException(String.valueOf(e.getMessage()), e.getCause()));
    }
    if (!(json.get(TOPOLOGY) instanceof Map<?, ?> topology)
        || !(json.get(MANIFEST) instanceof List<?> groups)) {
      throw new FileFormatException("it is no model of layers of TensorFlow.js: it has no '"
          + TOPOLOGY + "' and '" + MANIFEST + "'");
    }
    Map<?, ?> config = topology.get("model_config") instanceof Map<?, ?> m ? m : topology;
    if (config.get("class_name") == null) {
      throw new FileFormatException("it is a model of another format of TensorFlow.js ("
          + json.get("format") + "): only models of layers are read");
    }
    try (Weights weights = new Weights(file, limits)) {
      for (Object group : groups) {
        weights.add(group);
      }
      Model model = LegacyFile.model(
          config,
          weights.elements * Float.BYTES * limits.maxWeightsExpansion() + MEMORY_BESIDES,
          options);
      weights.assign(model);
      return model;
    }
  }

  /**
   * A weight.
   *
   * @param stored the dtype of its elements in the file
   * @param scale of elements that stand for other numbers; 0 for those that stand for themselves
   */
  private record Weight(
      String name, Shape shape, DType dtype, DType stored, double scale, double min, Part at) {
    NDArray read() throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate((int) (shape.size() * stored.size()));
      at.read(bytes);
      NDArray raw = NDArray.ofBytes(bytes.order(ByteOrder.LITTLE_ENDIAN), stored, shape);
      if (scale == 0) {
        return raw.astype(dtype);
      }
      NDArray out = NDArray.zeros(dtype, shape);
      for (int i = 0; i < raw.size(); i++) {
        double v = raw.getLong(i) * scale + min;
        out.setDouble(i, dtype.isFloat() ? v : Math.rint(v));
      }
      return out;
    }
  }

  /** The bytes of a weight, which may lie in several files. */
  private record Part(List<FileBytes> files, long from) {
    void read(ByteBuffer to) throws IOException {
      long start = from;
      for (FileBytes f : files) {
        if (start < f.size() && to.hasRemaining()) {
          int n = (int) Math.min(to.remaining(), f.size() - start);
          byte[] piece = f.read(start, n);
          to.put(piece);
          start = 0;
        } else {
          start = Math.max(0, start - f.size());
        }
      }
      to.flip();
    }
  }

  private static final class Weights implements Closeable {
    private final Path file;
    private final ReadLimits limits;
    private final List<FileBytes> open = new ArrayList<>();
    private final Map<String, Weight> all = new LinkedHashMap<>();
    private long elements;

    Weights(Path file, ReadLimits limits) {
      this.file = file;
      this.limits = limits;
    }

    /** A group of weights that lie in the same files. */
    void add(@Nullable Object group) throws IOException {
      if (!(group instanceof Map<?, ?> g)
          || !(g.get("paths") instanceof List<?> paths)
          || !(g.get("weights") instanceof List<?> weights)) {
        throw new FileFormatException("its '" + MANIFEST + "' is no list of 'paths' and 'weights'");
      }
      List<FileBytes> files = new ArrayList<>();
      long there = 0;
      for (Object path : paths) {
        FileBytes f = FileBytes.open(beside(String.valueOf(path)));
        open.add(f);
        files.add(f);
        there += f.size();
      }
      long from = 0;
      for (Object w : weights) {
        Weight weight = weight(w, new Part(files, from));
        from += weight.shape.size() * weight.stored.size();
        if (from > there) {
          throw new FileFormatException("weight '" + weight.name
              + "' reaches beyond its files, which have " + there + " bytes");
        }
        limits.checkArray(
            "weight '" + weight.name + "'", weight.shape.size() * weight.dtype.size());
        elements += weight.shape.size();
        if (all.put(weight.name, weight) != null) {
          throw new FileFormatException("it has two weights '" + weight.name + "'");
        }
      }
      if (from != there) {
        throw new FileFormatException(
            "its weights have " + from + " bytes, the files have " + there);
      }
    }

    private Path beside(String name) throws IOException {
      Path path;
      try {
        path = Path.of(name);
      } catch (InvalidPathException e) {
        throw new FileFormatException("'" + name + "' is no path", e);
      }
      boolean inside = !path.isAbsolute() && !name.contains(":") && !name.contains("\\");
      for (Path part : path) {
        inside &= !part.toString().equals("..");
      }
      if (!inside) {
        throw new FileFormatException("its weights are said to lie in '" + name
            + "', which is not beside it; this is not followed");
      }
      Path out = file.resolveSibling(path);
      if (!Files.isRegularFile(out)) {
        throw new FileFormatException("the file '" + name + "' with its weights is missing");
      }
      return out;
    }

    private static Weight weight(@Nullable Object o, Part at) throws FileFormatException {
      if (!(o instanceof Map<?, ?> w)
          || !(w.get("name") instanceof String name)
          || !(w.get("shape") instanceof List<?> dims)) {
        throw new FileFormatException("a weight has no 'name' and 'shape': " + o);
      }
      try {
        Shape shape =
            Shape.of(dims.stream().mapToLong(d -> ((Number) d).longValue()).toArray());
        if (shape.size() < 0) {
          throw new FileFormatException("weight '" + name + "' has an impossible shape");
        }
        DType dtype = dtype(w.get("dtype"));
        if (!(w.get("quantization") instanceof Map<?, ?> q)) {
          return new Weight(name, shape, dtype, dtype, 0, 0, at);
        }
        DType stored = dtype(q.get("dtype"));
        if (stored == DType.FLOAT16) {
          return new Weight(name, shape, dtype, stored, 0, 0, at);
        }
        if (stored != DType.UINT8 && stored != DType.UINT16) {
          throw new FileFormatException(
              "weight '" + name + "' is quantized as " + q.get("dtype") + ", which is not known");
        }
        if (!(q.get("scale") instanceof Number s) || !(q.get("min") instanceof Number m)) {
          throw new FileFormatException(
              "weight '" + name + "' is quantized without numbers 'scale' and 'min': " + q);
        }
        double scale = s.doubleValue();
        double min = m.doubleValue();
        if (scale == 0) { // all elements are the least value
          scale = Double.MIN_VALUE;
        }
        return new Weight(name, shape, dtype, stored, scale, min, at);
      } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
        throw new FileFormatException(
            "weight '" + name + "' is not described as it should be: " + w, e);
      }
    }

    private static DType dtype(@Nullable Object name) throws FileFormatException {
      return switch (String.valueOf(name)) {
        case "float32" -> DType.FLOAT32;
        case "float16" -> DType.FLOAT16;
        case "int32" -> DType.INT32;
        case "uint8" -> DType.UINT8;
        case "uint16" -> DType.UINT16;
        case "bool" -> DType.BOOL;
        default -> throw new FileFormatException("weights of dtype '" + name + "' are not read");
      };
    }

    /** The weight of a variable's name, or of the name that Keras 2 had for it: of its layer, and called alike there. */
    private Weight find(Variable v, Set<Weight> used) throws FileFormatException {
      Weight same = all.get(v.path());
      if (same != null && !used.contains(same)) {
        return same;
      }
      List<String> path = List.of(v.path().split("/"));
      String last = path.get(path.size() - 1);
      List<Weight> alike = new ArrayList<>();
      for (Weight w : all.values()) {
        int cut = w.name.lastIndexOf('/');
        String name = w.name.substring(cut + 1);
        boolean named =
            name.equals(last) || name.equals("depthwise_kernel") && last.equals("kernel");
        if (named
            && cut > 0
            && !used.contains(w)
            && path.contains(w.name.substring(0, w.name.indexOf('/')))) {
          alike.add(w);
        }
      }
      if (alike.size() != 1) {
        throw new FileFormatException("variable '" + v.path() + "' has "
            + (alike.isEmpty()
                ? "no weight in the file"
                : "several weights in the file: "
                    + alike.stream().map(Weight::name).toList()));
      }
      return alike.get(0);
    }

    /** Weights have the names that they had in Keras. */
    void assign(Model model) throws IOException {
      List<Variable> variables = new ArrayList<>();
      for (Layer l : model.layers()) {
        variables.addAll(l.trainableWeights());
        variables.addAll(l.nonTrainableWeights());
      }
      if (variables.size() != all.size()) {
        throw new FileFormatException(
            "its layers have " + variables.size() + " weights, the file has " + all.size());
      }
      Map<Variable, Weight> found = new LinkedHashMap<>();
      Set<Weight> used = Collections.newSetFromMap(new IdentityHashMap<>());
      for (Variable v : variables) {
        Weight w = find(v, used);
        if (!v.shape().equals(w.shape)) {
          throw new FileFormatException("variable '" + v.path() + "' has shape " + v.shape()
              + ", the file's '" + w.name + "' has " + w.shape);
        }
        found.put(v, w);
        used.add(w);
      }
      for (Map.Entry<Variable, Weight> e : found.entrySet()) {
        e.getKey().assign(ArrayLike.tensor(e.getValue().read(), e.getKey().dtype()));
      }
    }

    @Override
    public void close() throws IOException {
      for (FileBytes f : open) {
        f.close();
      }
    }
  }
}
