// Shows the API's own description.
const place = document.getElementById("reference");
SwaggerUIBundle({ domNode: place, url: place.dataset.description, deepLinking: true });
