/** Carries out changes of streams, by a Toxiproxy for each route. */
@NullMarked
package io.faultline.docker.stream;

import org.jspecify.annotations.NullMarked;
