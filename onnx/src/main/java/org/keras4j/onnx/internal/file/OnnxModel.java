package org.keras4j.onnx.internal.file;

import java.util.List;
import java.util.Map;

/**
 * What an ONNX file holds.
 *
 * @param irVersion the version of the file format
 * @param producer who wrote it
 * @param opsets the versions of the operators, by domain; the empty domain is ONNX's own
 * @param metadata further entries
 */
public record OnnxModel(
    long irVersion,
    String producer,
    Map<String, Long> opsets,
    OnnxGraph graph,
    List<OnnxFunction> functions,
    Map<String, String> metadata) {}
