package org.keras4j.tck;

import java.util.Map;
import java.util.Set;

/** Functions that a check does not apply to, since it does not apply to Keras's either. */
final class ValueDependence {
  /** The shape of the result, or what is done, depends on the values of an argument. */
  private static final Set<String> BY_VALUES = Set.of(
      "keras.ops.arange",
      "keras.ops.bincount",
      "keras.ops.nonzero",
      "keras.ops.unique",
      "keras.ops.bartlett",
      "keras.ops.blackman",
      "keras.ops.hamming",
      "keras.ops.hanning",
      "keras.ops.kaiser",
      "keras.ops.convert_to_numpy",
      "keras.ops.shape",
      "keras.ops.is_tensor");

  /** Arguments that say sizes and places, which a graph must know. */
  private static final Map<String, Set<String>> STATIC = Map.ofEntries(
      Map.entry("keras.ops.array_split", Set.of("indices_or_sections")),
      Map.entry("keras.ops.split", Set.of("indices_or_sections")),
      Map.entry("keras.ops.dsplit", Set.of("indices_or_sections")),
      Map.entry("keras.ops.hsplit", Set.of("indices_or_sections")),
      Map.entry("keras.ops.vsplit", Set.of("indices_or_sections")),
      Map.entry("keras.ops.image.gaussian_blur", Set.of("kernel_size")),
      Map.entry("keras.ops.linspace", Set.of("num")),
      Map.entry("keras.ops.repeat", Set.of("repeats")),
      Map.entry("keras.ops.reshape", Set.of("newshape")),
      Map.entry("keras.ops.slice", Set.of("start_indices", "shape")),
      Map.entry("keras.ops.get_item", Set.of("key")));

  /** The functions of which only the first argument has a batch axis; others have equal ones. */
  private static final Set<String> BATCHED_FIRST = Set.of(
      "keras.ops.conv",
      "keras.ops.conv_transpose",
      "keras.ops.depthwise_conv",
      "keras.ops.separable_conv");

  /** The functions of matrices, which have batch axes only before the last two. */
  private static final Set<String> OF_MATRICES = Set.of(
      "keras.ops.cholesky",
      "keras.ops.cholesky_inverse",
      "keras.ops.det",
      "keras.ops.eig",
      "keras.ops.eigh",
      "keras.ops.fft2",
      "keras.ops.ifft2",
      "keras.ops.inv",
      "keras.ops.logdet",
      "keras.ops.lstsq",
      "keras.ops.lu_factor",
      "keras.ops.matrix_rank",
      "keras.ops.pinv",
      "keras.ops.qr",
      "keras.ops.slogdet",
      "keras.ops.solve",
      "keras.ops.solve_triangular",
      "keras.ops.svd");

  /** The functions of weights, all of whose axes are known. */
  private static final Set<String> OF_WEIGHTS = Set.of(
      "keras.quantizers.abs_max_quantize_grouped_with_zero_point",
      "keras.quantizers.pack_int2",
      "keras.quantizers.pack_int4",
      "keras.quantizers.pack_ternary",
      "keras.quantizers.unpack_int2",
      "keras.quantizers.unpack_int4",
      "keras.quantizers.unpack_ternary");

  private ValueDependence() {}

  static boolean of(String name) {
    return BY_VALUES.contains(name);
  }

  /** Keras's names of the arguments that must be known. */
  static Set<String> staticArguments(String name) {
    return STATIC.getOrDefault(name, Set.of());
  }

  /** The least rank with which an argument has a batch axis. */
  static int batchedRank(String name) {
    if (name.equals("keras.ops.image.map_coordinates")
        || name.equals("keras.ops.unstack")
        || OF_WEIGHTS.contains(name)) {
      // every axis has its coordinates; the results are counted by one
      return Integer.MAX_VALUE;
    }
    if (name.equals("keras.ops.image.extract_patches_3d")) {
      return 5;
    }
    return name.startsWith("keras.ops.image.") ? 4 : OF_MATRICES.contains(name) ? 3 : 2;
  }

  static boolean onlyFirstIsBatched(String name) {
    return BATCHED_FIRST.contains(name);
  }
}
