//! HTTP: the edge, requests, forms, cookies, answers; knows nothing of secretariats.
