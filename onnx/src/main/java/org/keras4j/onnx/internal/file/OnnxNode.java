package org.keras4j.onnx.internal.file;

import java.util.List;
import java.util.Map;

/**
 * An application of an operator.
 *
 * @param domain empty for ONNX's own operators
 * @param type the operator
 * @param inputs names; empty ones stand for inputs left out
 * @param outputs names; empty ones stand for outputs nobody wants
 */
public record OnnxNode(
    String name,
    String domain,
    String type,
    List<String> inputs,
    List<String> outputs,
    Map<String, OnnxAttribute> attributes) {}
