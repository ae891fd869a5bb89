"""Sign-in and what belongs to a person (allauth's URLs)."""

from django.urls import include, path

urlpatterns = [path("user/", include("allauth.urls"))]
