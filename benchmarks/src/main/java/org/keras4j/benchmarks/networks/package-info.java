/** The networks of the workloads, built from the public API. */
@NullMarked
package org.keras4j.benchmarks.networks;

import org.jspecify.annotations.NullMarked;
